import { type KeyRing, nodeKeysOf } from '../../src/contract/proof/key-ring.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { lastLinesIn } from '../../src/domain/failure/stderr.ts';
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
  readonly clusterId: string;
  /** The options of the worker's command line (`src/domain/node/worker-form.ts`). */
  readonly options: Readonly<Record<string, string>>;
  /** Identifies the options and the program of the worker. A worker that was started with another form is replaced. */
  readonly form: string;
  /** How the node's worker reaches the Temporal server. */
  readonly route: ServerRoute;
  /** True when the cluster runs the Temporal server itself. */
  readonly isServerOwn: boolean;
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

export interface EnsuredWorker {
  readonly pid: number;
  /** `runs`: it ran already. `started`: none ran. `silent` and `changed`: a worker that hung, or had another form, was replaced. */
  readonly how: 'runs' | 'started' | 'silent' | 'changed';
}

const workerMark = (clusterId: string, node: string): string => `${clusterId}/worker/${node}`;

/**
 * Starts the node's resident worker unless it runs, and returns its pid. Everything that can refuse the start is checked before a package is sent and
 * before a worker that runs is replaced. Two calls at the same time start only one worker (`start-worker.sh`).
 */
export async function ensureWorker(machine: Machine, place: WorkerPlace): Promise<EnsuredWorker> {
  const { route, packages } = place;
  const { path: program } = await findNode(machine, place.nodeProgram, place.nodeRange);
  const arch = (await isInstalledThere(machine, place)) ? undefined : await checkPlatform(machine, program, packages);
  if (route.type === 'tunnel') await openTunnel(machine, route.to, place.keys);
  if (route.type === 'address') await checkReach(machine, program, route.address, place.isServerOwn);
  const main = arch === undefined ? `${place.packageRoot}/${workerMain}` : await send(machine, await packages.pack(arch));
  const args = Object.entries(place.options).flatMap(([name, value]) => [`--${name}`, value]);
  const started = await machine.run({
    argv: ['sh', '-c', programs.startWorker, 'sh', workerMark(place.clusterId, machine.node), place.form, programs.worker, program, main, ...args],
    stdin: place.keys === undefined ? '' : nodeKeysOf(place.keys, machine.node),
    timeoutMs: nodeCommandLimits.startWorkerMsMax,
  });
  const [, how, pid] = /^(runs|started|silent|changed) (\d+)$/.exec(started.stdout.trim()) ?? [];
  if (started.code === 0 && how !== undefined) return { pid: Number(pid), how: how as EnsuredWorker['how'] };
  throw new RingmasterError('transport.command', {
    cannot: `start the resident worker on ${machine.node}`,
    because: lastLinesIn(started.stderr).join('; ') || `its start ended with ${started.code ?? started.signal}`,
    hint: { say: "mending what the end of worker/log in the node's folder shows; until then the node's calls go through the gateway" },
    fields: { node: machine.node },
  });
}

/** Ends the worker of a node, whose jobs go on. */
export async function endWorker(machine: Machine, clusterId: string): Promise<void> {
  const argv = ['sh', '-c', programs.endWorker, 'sh', workerMark(clusterId, machine.node)];
  await machine.run({ argv, timeoutMs: nodeCommandLimits.startWorkerMsMax });
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
