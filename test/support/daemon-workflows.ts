/** The rows and helpers that the tests of the workflows of daemons have in common. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { workflowIds, type DaemonTold } from '../../src/contract/workflows.ts';
import type { DaemonRow, ReportedDaemon } from '../../src/domain/daemon/daemon.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { eventually } from './eventually.ts';
import type { FakeCluster } from './time-skipping.ts';

export const wish = { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 } as const;
export const row = (id: string, dependencies: readonly string[] = [], critical = true): DaemonRow => ({
  id,
  summary: 'works',
  critical,
  dependencies,
  intervalMs: 60_000,
});
export const told = (id: string, missing: readonly string[] = []): DaemonTold => ({ row: row(id), missing, wish });
export const well: Worked = { health: { healthy: true, message: 'well', details: {} }, memory: undefined, steps: [] };
/** The daemons of a cluster with fake activities. */
export const daemonsOf = (cluster: () => FakeCluster) => {
  /** Returns undefined while the manager has not started the daemon's workflow yet. */
  const stateOf = async (id: string): Promise<string | undefined> => {
    try {
      return (await cluster().env.client.workflow.getHandle(workflowIds.daemon(id)).query<{ state: string }>('state')).state;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  };
  const becomes = (id: string, state: string): Promise<true> => eventually(`${id} is ${state}`, async () => (await stateOf(id)) === state);
  /** Returns the states of the daemon that the ledger was sent. */
  const changes = (id: string): string[] => {
    const all = (['beginRounds', 'beginProcesses', 'recordDaemons'] as const).flatMap((name) =>
      cluster()
        .inputs(name)
        .flatMap(({ daemons }): readonly ReportedDaemon[] => daemons),
    );
    return [...all, ...cluster().inputs('recordDaemon')].flatMap(({ daemon, changes: some }) => (daemon === id ? some.map(({ to }) => to) : []));
  };
  return { stateOf, becomes, changes };
};
