/** The ledgers of a state folder, open for writing. Only the ledger worker opens them for writing. */
import { ledgerPaths, type LedgerPaths } from './ledger-paths.ts';
import { openLedger, type OpenLedgerOptions } from './open-ledger.ts';
import { type EarlyLedgerKey, earlyLedgers, ledgerRegistry, type LedgerKey, type OpenedLedger } from './registry.ts';

type EarlyLedgers = { readonly [Key in EarlyLedgerKey]: OpenedLedger<Key> };
export type Ledgers = EarlyLedgers & { readonly paths: LedgerPaths; readonly close: () => void };

/** Returns one ledger of a state folder, open for writing. `options` override the limits of the ledger's row in the registry. */
export function openOneLedger<Key extends LedgerKey>(stateFolder: string, key: Key, options: OpenLedgerOptions = {}): OpenedLedger<Key> {
  const { schema, limits, open } = ledgerRegistry[key];
  return open(openLedger(ledgerPaths(stateFolder)[key], schema, { ...limits, ...options, state: stateFolder })) as OpenedLedger<Key>;
}

/** Returns all ledgers that are opened at the start. When a ledger cannot be opened, the ledgers that were opened before are closed again. */
export function openLedgers(stateFolder: string, options: OpenLedgerOptions = {}): Ledgers {
  const opened: { close: () => void }[] = [];
  const close = (): void => opened.splice(0).forEach((ledger) => ledger.close());
  try {
    const ledgers = earlyLedgers.map((key) => {
      const ledger = openOneLedger(stateFolder, key, options);
      opened.unshift(ledger);
      return [key, ledger] as const;
    });
    return { ...(Object.fromEntries(ledgers) as unknown as EarlyLedgers), paths: ledgerPaths(stateFolder), close };
  } catch (error) {
    close();
    throw error;
  }
}
