import { forEachLedger, ledgerRegistry } from './registry.ts';

/** The files of all ledgers, relative to the state folder. */
export const ledgerFiles: readonly string[] = Object.values(forEachLedger((key) => ledgerRegistry[key].path)).flatMap((path) =>
  ['', '-wal', '-shm', '-journal'].map((end) => `${path}${end}`),
);
