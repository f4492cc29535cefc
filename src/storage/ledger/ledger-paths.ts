import { join } from 'node:path';
import { forEachLedger, ledgerRegistry, type LedgerKey } from './registry.ts';

export type LedgerPaths = Readonly<Record<LedgerKey, string>>;

/** Returns the path of each ledger of a state folder. */
export const ledgerPaths = (stateFolder: string): LedgerPaths => forEachLedger((key) => join(stateFolder, ledgerRegistry[key].path));
