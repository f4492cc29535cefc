import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import type { Machines } from '../../../activities/machines.ts';
import { sweepNodes } from '../../../activities/probe/sweep-nodes.ts';
import type { NodeConfig } from '../../../src/domain/cluster/cluster.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { SweptNodes } from '../../../src/domain/node/swept-nodes.ts';
import type { Machine } from '../../../src/transport/machine.ts';

interface SweepFile {
  content: SweptNodes | undefined;
  isFull: boolean;
}

/** Returns a sweep over nodes that reply at once, except those in `down`, and the content of its file. */
function sweepOver(count: number, file: SweepFile = { content: undefined, isFull: false }, worker: NodeConfig['worker'] = 'none') {
  const ids = Array.from({ length: count }, (_, k) => `node-${k}` as NodeId);
  const down = new Set<string>();
  const nodes = ids.map((id): NodeConfig => ({ id, worker, slots: 2, labels: ['gpu'], folder: 'ringmaster', connect: { type: 'local' } }));
  const probe = async (id: NodeId) => {
    if (down.has(id)) throw new Error('the cable is out');
    return { bootId: 'b', load1: 0.1, diskFreeBytes: 1e9, latencyMs: 3 };
  };
  const machines = { all: () => ids.map((id) => ({ node: id, probe: () => probe(id) }) as unknown as Machine) } as unknown as Machines;
  const limits = { suspectAfterSeconds: 0, unreachableAfterSeconds: 1_000, lostAfterSeconds: 2_000 };
  const activity = sweepNodes({
    machines,
    nodes,
    limits,
    intervalMs: 10,
    isResidentAlive: async () => false,
    workerOf: () => ({ isUsable: false, worker: { server: 'on this machine' } }),
    accept: () => undefined,
    homeReach: () => ({ network: 'works', evidence: 'up' }),
    file: {
      read: () => file.content,
      write: (swept) => {
        if (!file.isFull) file.content = structuredClone(swept);
        return !file.isFull;
      },
    },
  });
  type Input = Parameters<typeof activity>[0];
  const sweep = (since?: number, known: Input['known'] = []): ReturnType<typeof activity> =>
    new MockActivityEnvironment().run(activity, { known, maxMs: 50, ...(since === undefined ? {} : { since }) });
  return { sweep, down, file };
}

test('what travels does not grow with the number of nodes, and the file has every node', async () => {
  const { sweep, file } = sweepOver(300);
  const first = await sweep();
  expect(first.nodes).toHaveLength(300);
  const second = await sweep(first.seq);
  expect(second).toMatchObject({ nodes: [], seq: (first.seq ?? 0) + 1, summary: { alive: 300, all: 300, troubled: [] } });
  expect(JSON.stringify(second).length).toBeLessThan(300);
  expect(file.content?.views).toHaveLength(300);
});

test('a new verdict travels alone, and the same verdict does not travel twice', async () => {
  const { sweep, down } = sweepOver(5);
  const first = await sweep();
  down.add('node-3');
  const second = await sweep(first.seq);
  expect(second.nodes.map(({ node, state }) => [node, state])).toEqual([['node-3', 'suspect']]);
  expect(second.summary?.troubled).toMatchObject([{ node: 'node-3', state: 'suspect' }]);
  expect((await sweep(second.seq)).nodes).toEqual([]);
});

test('a caller that missed a result gets all nodes, under a number that does not follow its own', async () => {
  const { sweep, down } = sweepOver(5);
  const first = await sweep();
  down.add('node-3');
  await sweep(first.seq); // The result is lost on its way.
  const again = await sweep(first.seq);
  expect(again.nodes).toHaveLength(5);
  expect(again.seq).toBeGreaterThan((first.seq ?? 0) + 1);
  expect((await sweep(again.seq)).nodes).toEqual([]);
});

test('the sweep goes on from what the ledger has decided, until the node answers', async () => {
  const { sweep, down, file } = sweepOver(5);
  const first = await sweep();
  down.add('node-3');
  const second = await sweep(first.seq);
  const lost = second.nodes.map((view) => ({ ...view, state: 'lost' as const, evidence: 'an operator said so' }));
  const third = await sweep(second.seq, lost);
  expect(third.nodes).toEqual([]);
  expect(file.content?.views.find(({ node }) => node === 'node-3')?.state).toBe('lost');
  down.clear();
  expect((await sweep(third.seq)).nodes.map(({ node, state }) => [node, state])).toEqual([['node-3', 'alive']]);
});

test('while the file cannot be written, all nodes travel', async () => {
  const { sweep, file } = sweepOver(5);
  const first = await sweep();
  file.isFull = true;
  const second = await sweep(first.seq);
  expect(second.nodes).toHaveLength(5);
  expect(second).not.toHaveProperty('seq');
  file.isFull = false;
  const third = await sweep(undefined, second.nodes);
  expect(third).toMatchObject({ nodes: [] });
  expect((await sweep(third.seq)).nodes).toEqual([]);
});

test('a worker that the cluster file began or ceased to want is a new verdict', async () => {
  const { sweep, file } = sweepOver(2);
  const first = await sweep();
  const second = await sweepOver(2, file, 'resident').sweep(first.seq);
  expect(second).toMatchObject({ nodes: [{ route: 'gateway' }, { route: 'gateway' }], residents: ['node-0', 'node-1'] });
  expect((await sweepOver(2, file, 'resident').sweep(second.seq)).nodes).toEqual([]);
  expect((await sweepOver(2, file).sweep((second.seq ?? 0) + 1)).nodes).toHaveLength(2);
});
