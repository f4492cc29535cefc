/**
 * The retention of the event log. The limit of age waits for the slowest subscriber: an event that a subscriber did not get stays. The limit of number
 * does not wait, because it bounds the file: it moves the cursor of a subscriber over the events that go, and counts them.
 */
import type { EventRetention } from '../../domain/event/retention.ts';
import { eventLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

interface OldRow {
  readonly position: number;
  readonly type: string;
  readonly at_ms: number;
  readonly about: string;
}

/** Removes the oldest events that are over a limit. At most twice as many go as were added, so the log shrinks and no transaction is long. */
export function removeOldEvents(
  ledger: Ledger,
  added: number,
  { eventsMax, ageMs }: EventRetention,
  { nowMs, removalMs }: { readonly nowMs: number; readonly removalMs: number },
): void {
  const newest = ledger.statement<{ position: number | null }>('SELECT max(position) AS position FROM events').get()?.position ?? 0;
  const slowest = ledger.statement<{ position: number | null }>('SELECT min(position) AS position FROM subscribers').get()?.position ?? newest;
  const lastOver = newest - eventsMax;
  const oldMs = removalMs - ageMs;
  // The oldest event is read first. While it is within the limits, nothing else is read.
  const oldest = ledger.statement<Pick<OldRow, 'position' | 'at_ms'>>('SELECT position, at_ms FROM events ORDER BY position LIMIT 1').get();
  if (oldest === undefined || (oldest.position > lastOver && (oldest.at_ms >= oldMs || oldest.position > slowest))) return;
  const old = ledger
    .statement<OldRow>(
      `SELECT position, type, at_ms, about FROM (SELECT position, type, at_ms, about FROM events ORDER BY position LIMIT ?)
       WHERE position <= ? OR (at_ms < ? AND position <= ?)`,
    )
    .all(2 * Math.max(added, eventLimits.removedMin), lastOver, oldMs, slowest);
  const unlink = ledger.statement('DELETE FROM about WHERE thing = ? AND at_ms = ? AND position = ?');
  const remove = ledger.statement('DELETE FROM events WHERE position = ?');
  for (const { position, at_ms: atMs, about } of old) {
    for (const thing of JSON.parse(about) as string[]) unlink.run(thing, atMs, position);
    remove.run(position);
  }
  passCursors(
    ledger,
    old.filter(({ position }) => position <= lastOver),
    nowMs,
  );
}

/** Moves the cursors that are behind the removed events, and counts the events that their subscribers did not get. */
function passCursors(ledger: Ledger, removed: readonly OldRow[], nowMs: number): void {
  const last = removed.at(-1)?.position;
  if (last === undefined) return;
  const behind = ledger
    .statement<{ subscriber: string; position: number; types: string }>('SELECT subscriber, position, types FROM subscribers WHERE position < ?')
    .all(last);
  const pass = ledger.statement(
    `UPDATE subscribers SET position = ?, skipped = skipped + ?, unsaid = unsaid + ?, skipped_at_ms = CASE WHEN ? > 0 THEN ? ELSE skipped_at_ms END
     WHERE subscriber = ?`,
  );
  for (const { subscriber, position, types } of behind) {
    const wanted = new Set(JSON.parse(types) as string[]);
    const count = removed.filter((row) => row.position > position && wanted.has(row.type)).length;
    pass.run(last, count, count, count, nowMs, subscriber);
  }
}

/** Returns the skipped events that no event has named yet, and marks them as named. Returns nothing within a minute of the last time. */
export function unsaidSkips(ledger: Ledger, nowMs: number): readonly { readonly subscriber: string; readonly count: number }[] {
  const due = 'unsaid > 0 AND (said_at_ms <= ? OR said_at_ms > ?)';
  const earlier = nowMs - eventLimits.skipsSaidEveryMs;
  const rows = ledger
    .statement<{ subscriber: string; count: number }>(`SELECT subscriber, unsaid AS count FROM subscribers WHERE ${due}`)
    .all(earlier, nowMs);
  if (rows.length > 0) ledger.statement(`UPDATE subscribers SET unsaid = 0, said_at_ms = ? WHERE ${due}`).run(nowMs, earlier, nowMs);
  return rows;
}
