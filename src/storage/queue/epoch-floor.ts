import type { Ledger } from '../ledger/open-ledger.ts';
import { isOpenRow } from './work-queue-rows.ts';

/** Returns the epoch at which a new item starts. */
export const epochFloor = (ledger: Ledger): number => ledger.statement<{ epoch: number }>('SELECT epoch FROM epoch_floor').get()?.epoch ?? 0;

/**
 * Raises the epoch of every item to the floor, and makes claimed and running items pending again. The tries that held them belong to the time after
 * the backup, and their epochs are too old now. Only a restore calls this, while no process uses the queue.
 */
export function raiseEpochs(ledger: Ledger, floor: number, nowMs: number): void {
  ledger.write('raise the epochs of a restored queue', () => {
    ledger.statement('UPDATE epoch_floor SET epoch = max(epoch, ?)').run(floor);
    ledger.statement('UPDATE items SET epoch = max(epoch, ?)').run(floor);
    ledger
      .statement(
        `UPDATE items SET state = 'pending', node = NULL, workflow_id = NULL, run_id = NULL, progress_done = NULL, progress_of = NULL,
           claimed_at_ms = NULL, started_at_ms = NULL, changed_at_ms = ? WHERE ${isOpenRow}`,
      )
      .run(nowMs);
  });
}
