import Database from 'better-sqlite3';
import { existsSync, readFileSync } from 'node:fs';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { RestoreReport } from '../../domain/ledger/ledger-view.ts';

export interface EpochSources {
  readonly state: string;
  /** The copy of the queue that is restored. */
  readonly copy: string;
  /** The queue that is replaced, first as it is now and then as an interrupted restore set it aside. */
  readonly queues: readonly string[];
  /** The ledgers of closed jobs, old and new. */
  readonly jobs: readonly string[];
}

/**
 * Returns the highest epoch that any file knows. `readWhole` is true when one of the replaced queues is sound and continues the copy, so that it knows
 * every epoch that was given out. A damaged file is read as far as it can be.
 */
export function knownEpochs({ state, copy, queues, jobs }: EpochSources): { readonly highest: number; readonly readWhole: boolean } {
  const found = [
    ...[copy, ...queues].flatMap((file) => [highestIn(file, 'items'), highestIn(file, 'epoch_floor')]),
    ...jobs.map((file) => highestIn(file, 'jobs')),
    ...earlierFloors(state),
  ];
  return { highest: Math.max(0, ...found), readWhole: queues.some((queue) => continues(queue, copy)) };
}

function highestIn(file: string, table: 'items' | 'jobs' | 'epoch_floor'): number {
  return reading(file, 0, (db) => db.prepare<[], { epoch: number | null }>(`SELECT max(epoch) AS epoch FROM ${table}`).get()?.epoch ?? 0);
}

/** The retention removes closed items, and raises the floor of epochs above theirs. So a closed item may be missing. */
const continues = (queue: string, copy: string): boolean =>
  reading(queue, false, (db) => {
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') return false;
    db.prepare('ATTACH ? AS copy').run(copy);
    const behind = db.prepare(
      `SELECT 1 FROM copy.items AS old LEFT JOIN main.items AS now USING (id)
         WHERE now.epoch < old.epoch OR (now.id IS NULL AND (old.closed_at_ms IS NULL OR old.epoch > (SELECT epoch FROM main.epoch_floor))) LIMIT 1`,
    );
    return behind.get() === undefined;
  });

function reading<T>(file: string, unreadable: T, read: (db: Database.Database) => T): T {
  if (!existsSync(file)) return unreadable;
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    return read(db);
  } catch {
    return unreadable; // The file is damaged. The other files and the age of the backup decide.
  } finally {
    db?.close();
  }
}

/** Returns the floors of earlier restores. An earlier floor may be in no file any more. */
function earlierFloors(state: string): readonly number[] {
  try {
    return readFileSync(statePaths(state).restores, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as RestoreReport).epochFloor ?? 0);
  } catch {
    return [];
  }
}
