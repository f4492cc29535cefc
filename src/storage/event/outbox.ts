/**
 * The outbox of a ledger: the events about its changes that are not in the event log yet. The transaction that makes a change also adds the event
 * (`publish.ts`), so neither exists without the other. The pump (`pump-events.ts`) moves the events to the log in the order of `seq`.
 *
 * `event_gap` counts the events that a full outbox refused. `causes` has the newest event of each story
 * that goes on, such as the loss of a node or the run of a turn: it causes the next event of the story.
 */
export const outboxTables = `
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
  CREATE TABLE event_gap (one INTEGER PRIMARY KEY CHECK (one = 1), events INTEGER NOT NULL, since_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE causes (seq INTEGER PRIMARY KEY, story TEXT NOT NULL UNIQUE, event TEXT NOT NULL) STRICT;
`;
