import { type KeyRing, nodeKeysOf } from '../../src/contract/proof/key-ring.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { LogLimits } from '../../src/domain/job/log-limits.ts';
import type { ServerRoute } from '../../src/domain/node/server-route.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { versionFolder } from '../../src/transport/node-folder.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { nodeCommandLimits } from '../limits.ts';
import { checkPlatform, type WorkerPackages } from './worker/check-platform.ts';
import { checkReach } from './worker/check-reach.ts';
import { findNode } from './worker/find-node.ts';
import { openTunnel } from './worker/open-tunnel.ts';

export interface WorkerPlace {
  readonly owner: ClusterIdentity;
  /** How the node's worker reaches the Temporal server. */
  readonly route: ServerRoute;
  /** True when the cluster runs the Temporal server itself. */
  readonly isServerOwn: boolean;
  readonly namespace: string;
  readonly watchIntervalMs: number;
  readonly logs: LogLimits;
  /** The folder of our own installation. A node on this machine uses the folder as it is, if the node's user can read it. */
  readonly packageRoot: string;
  /** The range of versions of Node.js in `engines` of package.json. */
  readonly nodeRange: string;
  /** The path of Node.js on the node, if the cluster file names it. */
  readonly nodeProgram?: string;
  /** Present when the cluster requires a key. The worker gets the keys of its node. */
  readonly keys?: KeyRing;
  /** The packages for nodes that cannot read our installation. */
  readonly packages: WorkerPackages;
}

const workerDataset = 'ringmaster-worker';
const workerMain = 'dist/workers/node/main.js';
const packedMain = 'main.mjs';

/**
 * Starts the node's resident worker unless it runs, and returns its pid. Everything that can refuse the start is checked before a package is sent. Two
 * calls at the same time start only one worker (`start-worker.sh`).
 */
export async function ensureWorker(machine: Machine, place: WorkerPlace): Promise<{ readonly pid: number; readonly started: boolean }> {
  const { route, owner, packages } = place;
  const { path: program } = await findNode(machine, place.nodeProgram, place.nodeRange);
  const arch = (await isInstalledThere(machine, place)) ? undefined : await checkPlatform(machine, program, packages);
  if (route.type === 'tunnel') await openTunnel(machine, route.to, place.keys);
  if (route.type === 'address') await checkReach(machine, program, route.address, place.isServerOwn);
  const main = arch === undefined ? `${place.packageRoot}/${workerMain}` : await send(machine, await packages.pack(arch));
  const options = {
    node: machine.node,
    'cluster-id': owner.id,
    cluster: owner.name,
    'cluster-says': owner.says,
    temporal: route.type === 'tunnel' ? 'tunnel' : route.address,
    server: place.isServerOwn ? 'own' : 'external',
    namespace: place.namespace,
    'watch-ms': String(place.watchIntervalMs),
    logs: [place.logs.stdoutBytesMax, place.logs.stderrBytesMax, place.logs.homeBytesMax].join(','),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const started = await machine.run({
    argv: ['sh', '-c', programs.startWorker, 'sh', `${owner.id}/worker/${machine.node}`, programs.worker, program, main, ...args],
    stdin: place.keys === undefined ? '' : nodeKeysOf(place.keys, machine.node),
    timeoutMs: nodeCommandLimits.startWorkerMsMax,
  });
  const pid = Number(started.stdout.trim().split(' ').at(-1));
  if (started.code === 0 && Number.isInteger(pid)) return { pid, started: started.stdout.startsWith('started') };
  throw new RingmasterError('transport.command', {
    cannot: `start the resident worker on ${machine.node}`,
    because: started.stderr.trim() || `its start ended with ${started.code ?? started.signal}`,
    hint: { say: `reading worker/log in the node's folder; until then its calls go through the gateway` },
    fields: { node: machine.node },
  });
}

/** Returns whether the node is this machine and its user can read our installation. Another machine can have an older installation at the same path. */
async function isInstalledThere(machine: Machine, { route, packageRoot }: WorkerPlace): Promise<boolean> {
  if (route.type !== 'here') return false;
  const probe = await machine.run({ argv: ['test', '-r', `${packageRoot}/${workerMain}`], timeoutMs: nodeCommandLimits.shortMsMax });
  return probe.code === 0;
}

/** Sends a package unless the node has it, and returns the path of its program. */
async function send(machine: Machine, from: string): Promise<string> {
  const sent = await machine.copy({ type: 'push-tree', dataset: workerDataset, from });
  const folder = (await machine.run({ argv: ['pwd'], timeoutMs: nodeCommandLimits.shortMsMax })).stdout.trim();
  return `${folder}/${versionFolder(workerDataset, sent.digest)}/${packedMain}`;
}
