import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { startsTogether } from '../../../src/domain/daemon/command.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Records that the daemons start, and opens a process for each that starts together with others. A daemon with an open process is left out: the process may
 * live, and only the workflow of the daemon adopts it or ends it.
 */
export const beginProcesses =
  ({ ledgers: { resources }, duties, now }: Pick<LedgerDependencies, 'ledgers' | 'duties' | 'now'>): LedgerActivities['beginProcesses'] =>
  async ({ daemons }) => {
    const nowMs = now();
    resources.daemons.report(daemons, nowMs);
    const processes = daemons.flatMap(({ daemon, declaration }) => {
      const declared = duties.processes.get(daemon);
      if (declared?.declaration !== declaration || !startsTogether(declared)) return [];
      return resources.daemonProcesses.held(daemon) === undefined ? [resources.daemonProcesses.open(declared, nowMs)] : [];
    });
    const nodes = new Set(processes.map(({ node }) => node));
    const seen = resources.observedNodes().filter(({ node, route }) => nodes.has(node) && route === 'resident');
    return { processes, withWorker: seen.map(({ node }) => node) };
  };
