/**
 * The tables of the delivery of events, in the file of the event log, so that a copy or a new file brings its own cursors.
 *
 * `subscribers` has the cursor of each subscriber: `position` is the position up to which its events are done, or have a row in `deliveries`.
 * `deliveries` has a row for each event that is not done in order: it is retried or dead. A row has a copy of its event, so that retention does not take
 * it away. `delivered` counts what was done.
 */
export const deliveryTables = `
  CREATE TABLE subscribers (
    subscriber TEXT PRIMARY KEY,
    types TEXT NOT NULL,
    position INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    moved_at_ms INTEGER NOT NULL,
    skipped INTEGER NOT NULL DEFAULT 0,
    skipped_at_ms INTEGER NOT NULL DEFAULT 0,
    unsaid INTEGER NOT NULL DEFAULT 0,
    said_at_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE deliveries (
    subscriber TEXT NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('retried', 'dead')),
    tries INTEGER NOT NULL,
    next_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    failure TEXT,
    PRIMARY KEY (subscriber, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_key ON deliveries (subscriber, state, key, position);
  CREATE TABLE delivered (
    subscriber TEXT NOT NULL,
    type TEXT NOT NULL,
    events INTEGER NOT NULL,
    newest_at_ms INTEGER NOT NULL,
    PRIMARY KEY (subscriber, type)
  ) STRICT, WITHOUT ROWID;
`;
