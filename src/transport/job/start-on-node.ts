import { createHash } from 'node:crypto';
import { given } from '../../base/given.ts';
import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { StartedJob } from '../../domain/job/job.ts';
import type { LogLimits } from '../../domain/job/log-limits.ts';
import type { StartRequest } from '../machine.ts';
import { jobEnvironment } from './job-environment.ts';
import { envBlock, lineCount } from './env-block.ts';
import { envWords } from './run-program.ts';
import { exitStatus } from '../script/exit-status.ts';
import { programs } from '../script/programs.ts';
import type { ShellRequest, ShellResult } from '../shell.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import { type JobRef, jobKey } from '../../domain/ids.ts';
import { isOutputPath } from '../../domain/job/output-path.ts';
import { canonicalJson } from '../../base/canonical-json.ts';

export interface StartTools {
  readonly node: string;
  readonly clusterId: string;
  readonly logs: LogLimits;
  /** Absolute path of the node's folder. */
  readonly root: string;
  readonly script: (request: ShellRequest) => Promise<ShellResult>;
  /** The time limit of the start. */
  readonly shortMs: number;
  readonly failed: (what: string, result: ShellResult, hint: Hint) => RingmasterError;
}

/** Starts a job's process on the node once. A repeat returns the process of the first start, with `adopted` set. */
export async function startOnNode({ node, clusterId, logs, root, script, failed, shortMs }: StartTools, request: StartRequest): Promise<StartedJob> {
  const { job, argv, env, secrets = {}, seed, requestJson, payload, inputs, limits, stop } = request;
  const name = jobKey(job);
  const about = { fields: { node, item: job.item, epoch: job.epoch } };
  const bad = inputs.find((input) => input.name.includes('/') || !isOutputPath(input.name) || !/^[0-9a-f]{64}$/.test(input.sha256));
  if (bad !== undefined) {
    throw new RingmasterError('config.invalid', {
      cannot: `start ${name} on ${node}`,
      because: `${JSON.stringify(bad)} is no input`,
      hint: { say: 'a plain file name and a sha256 in hex' },
      ...about,
    });
  }
  const { payloadFolder, variables } = jobEnvironment(root, job, { seed, ...given({ payload }) });
  const words = argv.map((word) => word.replaceAll('{payload}', payloadFolder));
  const { words: inWords, block } = envBlock({ ...env, ...secrets });
  const requestText = Buffer.from(`${requestJson}\n`);
  const selfFence = Math.ceil(limits.selfFenceSeconds ?? 0);
  const result = await script({
    script: programs.start,
    args: [
      job.item,
      String(job.epoch),
      `${clusterId}/${name}`,
      specDigest(request),
      String(selfFence),
      `${logs.stdoutBytesMax} ${logs.stderrBytesMax}`,
      stop === undefined ? '' : `${stop.signal} ${stop.graceMs}`,
      programs.supervise,
      programs.leader,
      String(inputs.length),
      ...inputs.flatMap((input) => [input.name, input.sha256]),
      ...envWords({ ...variables, ...inWords }, words),
    ],
    // No process list shows what is on standard input.
    stdin: Buffer.concat([Buffer.from(`${lineCount(block)} ${lineCount(requestText)}\n`), block, requestText]),
    timeoutMs: shortMs,
  });
  const text = result.stdout.toString('utf8').trim();
  switch (result.code) {
    case 0:
    case exitStatus.adopted: {
      const [pid = '0', startTicks = '0', bootId = ''] = text.split('\n').at(-1)?.split(' ') ?? [];
      return { pid: Number(pid), startTicks: Number(startTicks), bootId, adopted: result.code === exitStatus.adopted };
    }
    case exitStatus.fenced:
      throw epochRefused(`start ${name}`, request.job.item, node, text);
    case exitStatus.otherSpec:
      throw otherSpec(name, request.job, node);
    case exitStatus.inputMissing:
      throw new RingmasterError('sync.interrupted', {
        cannot: `start ${name} on ${node}`,
        because: 'an input is no longer on the node',
        hint: { say: 'again: Ringmaster sends it again' },
        ...about,
      });
    case exitStatus.notRunnable:
      throw spawnFailed(name, node, text);
    case null:
    default:
      throw failed(`start ${name}`, result, { say: 'mending there what the message quotes', run: `ringmaster node show ${node}` });
  }
}

/**
 * Returns the sha256 of everything that decides what the job computes, and of its limits. `start.sh` writes the digest into the job's folder and adopts
 * a job only if the digests agree.
 */
export const specDigest = ({ argv, env, secrets = {}, seed, requestJson, payload, inputs, limits }: StartRequest): string =>
  createHash('sha256')
    .update(
      canonicalJson({
        argv,
        env,
        // The values do not count: a secret may be changed while its job runs, and a digest of it could be used to guess it.
        ...(Object.keys(secrets).length === 0 ? {} : { secrets: Object.keys(secrets).toSorted() }),
        seed,
        requestJson,
        payload: payload?.digest ?? '',
        inputs: inputs.map(({ name, sha256 }) => ({ name, sha256 })),
        limits,
      }),
    )
    .digest('hex');

export const otherSpec = (name: string, { item, epoch }: JobRef, node: string): RingmasterError =>
  new RingmasterError('job.other-spec', {
    cannot: `start ${name} on ${node}`,
    because: 'a job with this item and epoch was started there with another command, environment, seed, request, payload, input or limit',
    hint: { say: 'waiting for the next try of the item, which has a new epoch', run: `ringmaster explain ${item}` },
    fields: { node, item, epoch },
  });

export const epochRefused = (what: string, item: string, node: string, fence: string): RingmasterError =>
  new RingmasterError('job.epoch-refused', {
    cannot: `${what} on ${node}`,
    because: `the node's fence of ${item} stands at epoch ${fence}`,
    hint: { say: 'waiting for the newer try of the item', run: `ringmaster explain ${item}` },
    fields: { node, item, fence },
  });

export const spawnFailed = (name: string, node: string, program: string): RingmasterError =>
  new RingmasterError('job.spawn-failed', {
    cannot: `start ${name} on ${node}`,
    because: `its program ${program} cannot be run there`,
    hint: {
      say: `installing ${program} there, its full path in the ${clusterKey('command')} of the stage, or ${clusterKey('labels')} of the stage that only nodes with ${program} have`,
    },
    fields: { node, job: name, program },
  });
