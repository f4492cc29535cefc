/** The processes that the manager of the daemons starts together, on a real ledger. */
import { expect, test } from 'vitest';
import { beginProcesses } from '../../../activities/ledger/daemon/begin-processes.ts';
import { parseCluster } from '../../../src/config/load-cluster.ts';
import { declaredDaemons } from '../../../src/domain/daemon/command.ts';
import { type Daemon, transitionOf } from '../../../src/domain/daemon/daemon.ts';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import { nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

const entries = [
  { id: 'plain' },
  { id: 'held' },
  { id: 'checked', health: { command: ['true'] } },
  { id: 'secret', env: { TOKEN: { fromEnv: 'TOKEN' } } },
  { id: 'changed' },
];
const config = parseCluster(
  JSON.stringify({
    cluster: 'demo',
    nodes: [{ id: 'a', local: true }],
    daemons: entries.map((entry) => ({ node: 'a', command: ['sleep', '600'], ...entry })),
  }),
  '/tmp/cluster.yaml',
);
const declared = new Map(declaredDaemons(config).map((one) => [one.row.id, one.process]));
const fresh = newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });
const starting: Daemon = { ...fresh, state: 'starting', seq: 2 };

test('a process is opened for each daemon that starts together with others, and every daemon is recorded as starting', async () => {
  const { activities, dependencies, ledgers } = ledgerHarness();
  const { daemonProcesses, daemons } = ledgers.resources;
  const held = declared.get('held');
  if (held === undefined) throw new Error('the cluster file has no daemon `held`');
  daemonProcesses.open(held, 1);
  const begin = beginProcesses({ ...dependencies, duties: { ...dependencies.duties, processes: declared } });
  const declarationOf = (id: string): string => (id === 'changed' ? 'of another file' : (declared.get(id)?.declaration ?? 'none'));
  const ids = [...entries.map(({ id }) => id), 'gone'];
  const asked = ids.map((daemon) => ({
    daemon,
    record: starting,
    changes: [transitionOf(daemon, fresh, starting)],
    declaration: declarationOf(daemon),
  }));
  const { processes, withWorker } = await begin({ daemons: asked });
  expect(withWorker).toEqual([]);
  expect(processes).toEqual([{ ...declared.get('plain'), job: { item: 'daemon.plain', epoch: 1 } }]);
  expect(ids.filter((id) => daemonProcesses.held(id) !== undefined)).toEqual(['plain', 'held']);
  for (const id of ids) expect(daemons.of(id).record?.state, id).toBe('starting');
  await activities.recordNodes({ nodes: [nodeView('a', { route: 'gateway' })] });
  const openNext = async (): Promise<readonly string[] | undefined> => {
    daemonProcesses.close('plain', daemonProcesses.held('plain')?.job.epoch ?? 0, 2);
    return (await begin({ daemons: asked })).withWorker;
  };
  expect(await openNext()).toEqual([]);
  await activities.recordNodes({ nodes: [nodeView('a', { route: 'resident', sinceMs: 2 })] });
  expect(await openNext()).toEqual(['a']);
  // The first call may have started the process, so a repeat leaves it to the workflow of its daemon.
  expect(await begin({ daemons: asked })).toEqual({ processes: [], withWorker: [] });
});
