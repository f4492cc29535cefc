import { readFileSync, rmSync } from 'node:fs';
import { quote } from '../../base/quote.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { LedgerKey } from '../ledger/registry.ts';
import { replaceFile } from '../../system/replace-file.ts';

/** The content of `data/restoring.json`, which exists while a restore replaces files. */
export interface Restoring {
  readonly backup: string;
  readonly ledgers: readonly LedgerKey[];
  /** The name of the folder below `data/replaced`. */
  readonly replaced: string;
}

export function readRestoring(state: string): Restoring | undefined {
  try {
    return JSON.parse(readFileSync(statePaths(state).restoring, 'utf8')) as Restoring;
  } catch {
    return undefined;
  }
}

export const beginRestoring = (state: string, restoring: Restoring): void =>
  replaceFile(statePaths(state).restoring, `${JSON.stringify(restoring)}\n`, { sync: true });

export const endRestoring = (state: string): void => rmSync(statePaths(state).restoring, { force: true });

/**
 * Throws `ledger.restore-unfinished` when a restore was interrupted between two files. Some ledgers are then from the backup and others are not, and
 * the queue can be missing: a new, empty queue would give out old epochs again.
 */
export function refuseUnfinishedRestore(state: string): void {
  const restoring = readRestoring(state);
  if (restoring === undefined) return;
  throw new RingmasterError('ledger.restore-unfinished', {
    cannot: `open the ledgers in ${state}`,
    because: `a restore of backup ${restoring.backup} was interrupted`,
    hint: { say: 'running the restore again', run: `ringmaster ledger restore --from ${restoring.backup} --state ${quote(state)}` },
    fields: { backup: restoring.backup },
  });
}
