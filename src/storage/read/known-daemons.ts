import { type KnownDaemon, readDaemons } from '../daemon/daemons.ts';
import { type KnownProcess, readProcesses } from '../daemon/daemon-processes.ts';
import type { LedgerFiles } from './ledger-files.ts';

export const daemonReads = ({ resources }: LedgerFiles) => ({
  /** Returns what the ledger knows of all daemons: the state that each reported last, and what operators wish. */
  knownDaemons: (): readonly KnownDaemon[] => readDaemons(resources),
  /** Returns the newest process of each command daemon. */
  knownProcesses: (): readonly KnownProcess[] => readProcesses(resources),
});
