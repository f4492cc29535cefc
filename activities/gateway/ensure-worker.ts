import { type KeyRing, nodeKeysOf } from '../../src/contract/proof/key-ring.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { LogLimits } from '../../src/domain/job/log-limits.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { versionFolder } from '../../src/transport/node-folder.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { nodeCommandLimits } from '../limits.ts';

export interface WorkerPlace {
  readonly owner: ClusterIdentity;
  readonly temporalAddress: string;
  /** True when the cluster runs the Temporal server itself. */
  readonly isServerOwn: boolean;
  readonly namespace: string;
  readonly watchIntervalMs: number;
  readonly logs: LogLimits;
  /** The folder of our own installation. A node whose user can read this folder (a node on this machine) uses the folder as it is. */
  readonly packageRoot: string;
  /** Present when the cluster requires a key. The worker gets the keys of its node. */
  readonly keys?: KeyRing;
  /** Makes a folder with what the node's worker needs, for a node that cannot read our installation, and returns its path. */
  readonly pack: () => Promise<string>;
}

const workerDataset = 'ringmaster-worker';
const workerMain = 'dist/workers/node/main.js';

/** Starts the node's resident worker unless it runs, and returns its pid. Two calls at the same time start only one worker (`start-worker.sh`). */
export async function ensureWorker(machine: Machine, place: WorkerPlace): Promise<{ readonly pid: number; readonly started: boolean }> {
  const probe = await machine.run({ argv: ['test', '-r', `${place.packageRoot}/${workerMain}`], timeoutMs: nodeCommandLimits.shortMsMax });
  let root = place.packageRoot;
  if (probe.code !== 0) {
    const sent = await machine.copy({ type: 'push-tree', dataset: workerDataset, from: await place.pack() });
    const folder = (await machine.run({ argv: ['pwd'], timeoutMs: nodeCommandLimits.shortMsMax })).stdout.trim();
    root = `${folder}/${versionFolder(workerDataset, sent.digest)}`;
  }
  const args = [
    '--node',
    machine.node,
    '--cluster-id',
    place.owner.id,
    '--cluster',
    place.owner.name,
    '--cluster-says',
    place.owner.says,
    '--temporal',
    place.temporalAddress,
    '--server',
    place.isServerOwn ? 'own' : 'external',
    '--namespace',
    place.namespace,
    '--watch-ms',
    String(place.watchIntervalMs),
    '--logs',
    [place.logs.stdoutBytesMax, place.logs.stderrBytesMax, place.logs.homeBytesMax].join(','),
  ];
  const started = await machine.run({
    argv: ['sh', '-c', programs.startWorker, 'sh', `${place.owner.id}/worker/${machine.node}`, programs.worker, `${root}/${workerMain}`, ...args],
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
