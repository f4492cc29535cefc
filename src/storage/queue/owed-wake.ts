/**
 * The wakes that the ledger owes the dispatcher. A change that makes room for pending items owes a wake, and the signal pays it. Both are in the queue's
 * file, so a wake stays owed when the ledger worker dies before the signal, and when the signal fails. `owed` and `paid` count wakes. One signal pays all
 * wakes that were owed when it was sent.
 */
import type { Ledger } from '../ledger/open-ledger.ts';

export const owedWakeTable = `
    CREATE TABLE wakes (one INTEGER PRIMARY KEY CHECK (one = 1), owed INTEGER NOT NULL, paid INTEGER NOT NULL) STRICT;
    INSERT INTO wakes VALUES (1, 0, 0);
    `;

/**
 * Owes a wake. Call this in the transaction of the change. For a change in another file, call it before that change: a wake too many does no harm, and a
 * missing wake leaves an item beside a free slot.
 */
export function oweWake(ledger: Ledger): void {
  ledger.write('owe the dispatcher a wake', () => ledger.statement('UPDATE wakes SET owed = owed + 1').run());
}

/** Returns the number of the newest wake that is owed, for `payWakes`. Returns undefined when all are paid. */
export const newestOwedWake = (ledger: Ledger): number | undefined =>
  ledger.statement<{ owed: number }>('SELECT owed FROM wakes WHERE owed > paid').get()?.owed;

/** Records that a signal was sent after this wake, and the wakes before it, were owed. */
export function payWakes(ledger: Ledger, newest: number): void {
  ledger.write('note that the dispatcher was woken', () => ledger.statement('UPDATE wakes SET paid = max(paid, ?)').run(newest));
}
