/** Tests what the gateway says about the own workers of nodes after a look at the node. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { machinesOf } from '../../activities/machines.ts';
import type { WorkerSeen } from '../../activities/probe/sweep-nodes.ts';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { ringOf } from '../../src/contract/proof/key-ring.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { Tunnel } from '../../src/transport/ssh/tunnel/keep-tunnel.ts';
import { formOf, nodeWorkers, releaseOf } from '../../workers/gateway/node-workers.ts';
import { ownerNamed } from '../support/owner-named.ts';

const packageRoot = mkdtempSync(join(tmpdir(), 'release-'));
afterAll(() => rmSync(packageRoot, { recursive: true, force: true }));
mkdirSync(join(packageRoot, 'dist/node-worker'), { recursive: true });
writeFileSync(join(packageRoot, 'package.json'), '{ "engines": { "node": ">=20" } }');
const release = (text: string): void => writeFileSync(join(packageRoot, 'dist/node-worker/worker.mjs'), text);
release('one');

const far = 'far' as NodeId;
const clusterOf = (more = ''): RunningCluster => ({
  config: parseCluster(
    `cluster: lab\nstate: ${packageRoot}/state\nnodes:\n  - { id: far, ssh: { host: far.example.org }, worker: resident${more} }\n`,
    '/lab/cluster.yaml',
  ),
  configEpoch: 1,
  temporalAddress: '127.0.0.1:7233',
  temporalEmbedded: true,
  source: 'cluster.yaml',
});
const owner = ownerNamed('lab');
/** Returns the workers of a cluster with one node, whose tunnel has this state. */
function workersOf({
  keys = true,
  state = {},
  more = '',
}: {
  readonly keys?: boolean;
  readonly state?: ReturnType<Tunnel['state']>;
  readonly more?: string;
}) {
  const machine = { node: far, tunnel: () => ({ open: async () => 1, state: () => state }) } as unknown as Machine;
  const machines = machinesOf([machine]);
  return nodeWorkers({ running: clusterOf(more), owner, packageRoot, keys: keys ? ringOf('00') : undefined, machines });
}
/** Returns what a look shows of a worker that was started for the first file by the release that is there. */
function alive(): WorkerSeen {
  const running = clusterOf();
  const [node] = running.config.nodes;
  if (node === undefined) throw new Error('the cluster has a node');
  return { workerAlive: true, workerForm: formOf(node, running, owner, releaseOf(packageRoot)) };
}

test.each([
  ['an open tunnel', { port: 4_000 }, true, 'by a tunnel over SSH (port 4000 on the loopback of the node)'],
  ['a tunnel that is being opened', { isOpening: true as const }, true, 'by a tunnel over SSH, which is not open'],
  ['a tunnel whose link has ended', {}, false, 'by a tunnel over SSH, which is not open'],
])('%s: whether a worker that runs gets calls', async (_, state, isUsable, server) => {
  expect(workersOf({ state }).look(far, alive())).toMatchObject({ isUsable, worker: { server } });
});

test('a refused tunnel and a missing key keep calls from the worker, and are named', async () => {
  const failure = toFailureRecord(new RingmasterError('worker.tunnel-refused', { cannot: 'open it', because: 'sshd refuses', hint: { say: 'it' } }));
  expect(workersOf({ state: { failure } }).look(far, alive())).toMatchObject({
    isUsable: false,
    worker: { fault: 'worker.tunnel-refused: Cannot open it because sshd refuses; try it' },
  });
  const keyless = workersOf({ keys: false }).look(far, alive());
  expect(keyless.isUsable).toBe(false);
  expect(keyless.worker?.fault).toMatch(/^worker\.tunnel-key: .*if the node is this machine, `?reachableAs`?: 127\.0\.0\.1:7233/);
});

test('a worker of an earlier file or of another release is replaced; the same release and file keep it', async () => {
  const state = { port: 4_000 };
  const seen = alive();
  expect(workersOf({ state }).look(far, seen).worker?.isOld).toBeUndefined();
  expect(workersOf({ more: ', reachableAs: 192.0.2.1:7233' }).look(far, seen)).toMatchObject({ isUsable: false, worker: { isOld: true } });
  release('two');
  expect(workersOf({ state }).look(far, seen)).toMatchObject({ isUsable: false, worker: { isOld: true } });
  release('one');
  expect(workersOf({ state }).look(far, seen).isUsable).toBe(true);
});

test('an end is shown with its pid, its exit and the last lines', () => {
  const log = 'starting\nError: no room\n    at f (file.js:1:1)\n\nNode.js v22.0.0\n';
  const { worker } = workersOf({}).look(far, { workerAlive: false, workerEnd: { pid: 7, status: '1', log } });
  expect(worker?.ended).toMatchObject({ pid: 7, how: 'it exited with 1; the end of its log: starting | Error: no room' });
});
