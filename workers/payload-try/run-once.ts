import { setTimeout as sleep } from 'node:timers/promises';
import { acceptOutputs } from '../../activities/node/accept-outputs.ts';
import { startJob } from '../../activities/node/start-job.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { JobRef } from '../../src/domain/ids.ts';
import { secretEnv } from '../../src/domain/item/secret.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import type { OutputManifest } from '../../src/domain/job/job.ts';
import { freshMemory, judgeJob, type WatchMemory } from '../../src/domain/job/verdict.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { readSecret } from '../../src/transport/read-secret.ts';
import { tryLimits } from '../limits.ts';

export interface RunOnce {
  readonly manifest: OutputManifest;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunPlace {
  readonly machine: Machine;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
}

/** Runs one item on this machine as a node would: the same start, the same judgement of each look, the same acceptance of its outputs. */
export async function runOnce({ machine, limitSeconds, signal }: RunPlace, spec: WorkItemSpec, epoch: number): Promise<RunOnce> {
  const job: JobRef = { item: spec.id, epoch };
  const { node } = machine;
  const limits = { ...spec.limits, runSecondsMax: Math.min(spec.limits.runSecondsMax, limitSeconds) };
  const log = async (stream: 'stdout' | 'stderr'): Promise<string> =>
    (await machine.readLog(job, stream, tryLimits.logBytesMax).catch(() => Buffer.alloc(0))).toString('utf8');
  let memory: WatchMemory = freshMemory();
  try {
    const started = await startJob({ job, node, spec }, machine, secretsOf(spec));
    const about = { job, node, bootId: started.bootId, startTicks: started.startTicks, limits };
    let lookedMs: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      const [seen] = await machine.look([{ ...job, readTo: memory.readTo ?? 0 }], tryLimits.lookMs);
      if (seen === undefined) {
        await sleep(tryLimits.lookMs);
        continue;
      }
      const nowMs = performance.now();
      const verdict = judgeJob(seen, memory, { ...about, passedMs: nowMs - (lookedMs ?? nowMs) });
      lookedMs = nowMs;
      if (verdict.type === 'running') {
        memory = verdict.memory;
        continue;
      }
      if (verdict.type === 'failed') throw new TriedFailure(new RingmasterError(verdict.failure.code, verdict.failure), await log('stderr'));
      break;
    }
    const manifest = await acceptOutputs({ job, node, spec }, machine);
    return { manifest, stdout: await log('stdout'), stderr: await log('stderr') };
  } catch (error) {
    throw error instanceof TriedFailure || signal.aborted ? error : new TriedFailure(error, await log('stderr'));
  } finally {
    await machine.stop(job, tryLimits.graceMs).catch(() => undefined);
  }
}

/** Reads the secrets from the environment and the files of this command. In a cluster, the gateway reads them. */
const secretsOf = ({ env }: WorkItemSpec): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(secretEnv(env)).map(([variable, ref]) => [variable, readSecret(ref)]));

/** A run that the cluster would not accept, with what the program wrote to stderr. */
export class TriedFailure extends Error {
  override readonly name = 'TriedFailure';
  readonly failure: unknown;
  readonly stderr: string;

  constructor(failure: unknown, stderr: string) {
    super(failure instanceof Error ? failure.message : String(failure));
    this.failure = failure;
    this.stderr = stderr;
  }
}
