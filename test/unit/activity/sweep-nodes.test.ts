import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { machinesOf } from '../../../activities/machines.ts';
import { sweepNodes } from '../../../activities/probe/sweep-nodes.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { ObservedNode } from '../../../src/domain/node/node.ts';
import { readHomeReach } from '../../../src/transport/read-home-reach.ts';
import { ScriptedNode } from '../../transport/scripted/scripted-node.ts';
import { scriptedMachine } from '../../transport/scripted-machine.ts';

test('a node whose folder belongs to another cluster is no node that takes jobs, and its evidence has the code and its fix the words of the failure', async () => {
  const node = 'a' as NodeId;
  const foreign = new RingmasterError('node.foreign-owner', {
    cannot: 'use the folder f on a',
    because: 'it belongs to another cluster: lab',
    hint: { say: 'another folder' },
  });
  const machine = { ...scriptedMachine(new ScriptedNode(node)), probe: () => Promise.reject(foreign) };
  const sweep = sweepNodes({
    machines: machinesOf([machine]),
    nodes: [{ id: node, worker: 'none', slots: 1, labels: [], folder: 'f', connect: { type: 'local' } }],
    limits: { suspectAfterSeconds: 1, unreachableAfterSeconds: 2, lostAfterSeconds: 3 },
    intervalMs: 10,
    isResidentAlive: () => Promise.resolve(false),
    accept: () => undefined,
    homeReach: readHomeReach,
    file: { read: () => undefined, write: () => true },
  });
  const environment = new MockActivityEnvironment();
  const { nodes } = await environment.run<Parameters<typeof sweep>, Awaited<ReturnType<typeof sweep>>, typeof sweep>(sweep, { known: [], maxMs: 1 });
  expect(nodes).toMatchObject([
    { node, evidence: expect.stringContaining('node.foreign-owner: Cannot use the folder f on a because it belongs'), fix: 'another folder' },
  ]);
  expect(nodes[0]?.state).not.toBe('alive');
});

test('a sweep ends with its result when its worker is to end', async () => {
  const node = 'a' as NodeId;
  const stopping = new AbortController();
  const sweep = sweepNodes({
    machines: machinesOf([scriptedMachine(new ScriptedNode(node))]),
    nodes: [{ id: node, worker: 'none', slots: 1, labels: [], folder: 'f', connect: { type: 'local' } }],
    limits: { suspectAfterSeconds: 1, unreachableAfterSeconds: 2, lostAfterSeconds: 3 },
    intervalMs: 3_600_000,
    isResidentAlive: () => Promise.resolve(false),
    accept: () => undefined,
    homeReach: readHomeReach,
    stopping: stopping.signal,
    file: { read: () => undefined, write: () => true },
  });
  const run = (known: readonly ObservedNode[], maxMs: number) =>
    new MockActivityEnvironment().run<Parameters<typeof sweep>, Awaited<ReturnType<typeof sweep>>, typeof sweep>(sweep, { known, maxMs });
  const { nodes } = await run([], 1);
  const running = run(nodes, 3_600_000);
  setTimeout(() => stopping.abort(), 100);
  expect(await running).toMatchObject({ nodes: [], summary: { alive: 1 } });
});
