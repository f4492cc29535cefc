/** IDLE_SHUTDOWN reads from the ledgers which nodes command daemons need. */
import { expect, it } from 'vitest';
import type { ClusterConfig, NodeConfig } from '../../../src/domain/cluster/cluster.ts';
import { type CommandDaemon, declaredDaemons } from '../../../src/domain/daemon/command.ts';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { rowsOf } from '../../../src/duty/catalogue.ts';
import { idleNodes } from '../../../src/duty/idle-shutdown.ts';
import { SteadyAges } from '../../../src/duty/steady-ages.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { ledgerHarness } from '../state-folder.ts';

const nodes = ['a', 'b'].map((id) => ({ id, labels: [], idle: { afterMs: 60_000, command: ['true'] } }) as unknown as NodeConfig);
const web: CommandDaemon = {
  id: 'web',
  command: ['sleep', '1'],
  node: 'b' as NodeId,
  labels: [],
  env: {},
  needs: [],
  readyWithinMs: 1_000,
  restart: 'on-failure',
  stop: { signal: 'TERM', graceMs: 1_000 },
  digest: 'one',
};
const config = { nodes, daemons: [web] } as unknown as ClusterConfig;
const record = newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });

it('a command daemon keeps its node up while it is wished to run, and while a process of it may live', async () => {
  const harness = ledgerHarness();
  const { activities, ledgers } = harness;
  const model = openReadModel(harness.folder);
  const looks = async (rows = rowsOf(config)): Promise<unknown> => {
    const unused = {
      isRunning: fails,
      lookAtTree: fails,
      countGames: fails,
      keepRatings: fails,
      homeFreeBytes: () => 0,
      lastRoundMs: () => undefined,
    };
    const reads = { model, config, rows, now: Date.now, ages: new SteadyAges(() => 0), ...unused };
    return (await idleNodes(reads, undefined, 0)).health.details;
  };
  const needed = { a: 'not alive', b: 'needed by daemon web' };
  const free = { a: 'not alive', b: 'not alive' };
  expect(await looks()).toEqual(needed);
  await activities.recordDaemon({ daemon: 'web', record: { ...record, isDone: true }, changes: [] });
  expect(await looks()).toEqual(free);
  await activities.recordDaemon({ daemon: 'web', record: { ...record, seq: 1 }, changes: [] });
  expect(await looks()).toEqual(needed);
  ledgers.resources.daemons.putWish('web', { wish: 'stopped', by: 'ada@desk', reason: 'a test', sinceMs: 1 });
  expect(await looks()).toEqual(free);
  for (const { process } of declaredDaemons(config)) ledgers.resources.daemonProcesses.open(process, 1);
  expect(await looks()).toEqual(needed);
  expect(await looks(rowsOf({ nodes }))).toEqual(needed);
  await activities.closeProcess({ daemon: 'web', epoch: 1 });
  expect(await looks()).toEqual(free);
});

const fails = async (): Promise<never> => {
  throw new Error('IDLE_SHUTDOWN asks this of nothing');
};
