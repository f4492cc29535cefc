import { existsSync } from 'node:fs';
import { quote } from '../../base/quote.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { ledgerRegistry, type LedgerKey } from '../ledger/registry.ts';
import { listBackups } from './backup-folder.ts';

/**
 * Throws `ledger.missing` when the newest backup has a copy of a ledger whose file is gone. A new, empty ledger in its place would give out old epochs again, and
 * would hide the loss. A ledger that the backup lacks is new in this release. The log of events may be missing, because the cluster works without it.
 */
export function refuseMissingLedger(state: string): void {
  const [newest] = listBackups(state);
  if (newest === undefined) return;
  const paths = ledgerPaths(state);
  const copied = new Set(newest.files.map(({ ledger }) => ledger));
  const gone = (Object.keys(ledgerRegistry) as LedgerKey[]).filter(
    (key) => copied.has(key) && !('isOpenedLater' in ledgerRegistry[key]) && !existsSync(paths[key]),
  );
  const [first] = gone;
  if (first === undefined) return;
  throw new RingmasterError('ledger.missing', {
    cannot: `open the ledgers in ${state}`,
    because: `${gone.map((key) => paths[key]).join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone, and backup ${newest.id} has a copy`,
    hint: {
      say: `putting the file back; or, to begin with an empty ledger, a move of ${statePaths(state).backups} to another folder; or a restore of the copy`,
      run: `ringmaster ledger restore ${gone.join(' ')} --state ${quote(state)}`,
    },
    fields: { state, ledgers: gone.join(', '), backup: newest.id },
  });
}
