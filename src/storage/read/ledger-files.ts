/** The ledgers of a state folder, open for reading, and the values that all reads share. */
import { ledgerLimits, readLimits } from '../limits.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedgerReader, type LedgerReader } from '../ledger/ledger-reader.ts';
import { forEachLedger, type LedgerKey } from '../ledger/registry.ts';

export type LedgerFiles = Readonly<Record<LedgerKey, LedgerReader>>;

export function openLedgerFiles(stateFolder: string): LedgerFiles {
  const paths = ledgerPaths(stateFolder);
  return forEachLedger((key) => openLedgerReader(paths[key]));
}

/** Returns the number of rows that a list may have: the default if no limit is given, and never more than `listRowsMax`. */
export const bounded = (limit: number = readLimits.listRowsDefault): number => Math.max(1, Math.min(Math.trunc(limit), ledgerLimits.listRowsMax));

export const parseJson = <T>(json: string): T => JSON.parse(json) as T;
export const parseNullable = <T>(json: string | null): T | undefined => (json === null ? undefined : parseJson<T>(json));
