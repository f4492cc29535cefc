import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Records the report of a command daemon, and returns its open process, or opens one. Refuses to open a process while this worker has another declaration of the daemon than its
 * workflow: `up` restarts the processes of a cluster one after another.
 */
export const openProcess =
  ({ ledgers: { resources }, duties, now }: LedgerDependencies): LedgerActivities['openProcess'] =>
  async ({ daemon, declaration, reported }) => {
    if (reported !== undefined) resources.daemons.report([reported], now());
    const held = resources.daemonProcesses.held(daemon);
    if (held !== undefined) return held;
    const declared = duties.processes.get(daemon);
    if (declared !== undefined && declared.declaration === declaration) return resources.daemonProcesses.open(declared, now());
    throw new RingmasterError('daemon.not-declared', {
      cannot: `open a process of ${daemon}`,
      because: 'the ledger worker has another entry of it, or none',
      hint: { say: 'the same cluster file for all processes', run: 'ringmaster up' },
      fields: { daemon },
    });
  };
