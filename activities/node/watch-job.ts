import { Context } from '@temporalio/activity';
import type { AwaitInput } from '../../src/contract/activity/job.ts';
import type { FailureRecord } from '../../src/domain/failure/failure.ts';
import { freshMemory, judgeJob, type WatchMemory } from '../../src/domain/job/verdict.ts';
import { parseProgress, type Progress } from '../../src/domain/job/progress.ts';
import type { JobObservation } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { beating } from '../with-heartbeat.ts';
import type { JobWatcher } from './job-watcher.ts';
import type { TryEnd } from '../../src/domain/job/try-end.ts';
import { jobKey } from '../../src/domain/ids.ts';

const stderrBytesMax = 2_000;
/** With less than this left, writing fails here and there. */
const fullDiskBytes = 128 * 1024;

interface Heartbeat {
  readonly memory: WatchMemory;
}

/**
 * Watches one job until its program ends, and returns how it ended. When the activity is cancelled (the worker shuts down, or the workflow decided to stop
 * the job), it leaves the process alone: stopping is another activity.
 * A look that fails says nothing about the job, whatever the reason (an outage, even a changed key): the watch goes on, and the time nobody could
 * look does not count as silence. Whether the node is lost is not decided here.
 */
export async function watchJob(input: AwaitInput, machine: Machine, watcher: JobWatcher, report: (progress: Progress) => void): Promise<TryEnd> {
  const context = Context.current();
  const before = context.info.heartbeatDetails as Heartbeat | undefined;
  // Silence counts from now on: nobody looked meanwhile, so nobody can say that nothing was written.
  let memory: WatchMemory = before === undefined ? freshMemory(Date.now()) : { ...before.memory, progressAtMs: Date.now() };
  const { job, node, spec, started, startedAtMs } = input;
  const about = { job, node, bootId: started.bootId, startedAtMs, limits: spec.limits };
  let blindSinceMs: number | undefined;
  const watch = (): Promise<TryEnd> =>
    new Promise((resolve, reject) => {
      const stop = watcher.watch(job, (seen) => {
        if (seen instanceof Error) {
          blindSinceMs ??= Date.now();
          return;
        }
        if (blindSinceMs !== undefined) memory = { ...memory, progressAtMs: memory.progressAtMs + (Date.now() - blindSinceMs) };
        blindSinceMs = undefined;
        const verdict = judgeJob(seen, memory, about);
        switch (verdict.type) {
          case 'running': {
            memory = verdict.memory;
            const progress = parseProgress(seen.lastLine);
            if (progress !== undefined) report(progress);
            return;
          }
          case 'completed':
            return finish(() => resolve(verdict));
          case 'failed':
            return finish(() => void withLog(verdict.failure, machine, seen).then((failure) => resolve({ type: 'failed', failure }), reject));
        }
      });
      const finish = (settle: () => void): void => {
        stop();
        settle();
      };
      context.cancelled.catch((error: unknown) => finish(() => reject(error)));
    });
  return beating(watch, () => ({ memory }) satisfies Heartbeat);
}

/**
 * The end of the job's stderr goes into the record, so that `explain` works when the node is gone. A full disk is named as such; where it is so full
 * that not even the last words or the exit status could be written, the node's free space says it.
 */
async function withLog(failure: FailureRecord, machine: Machine, seen: JobObservation): Promise<FailureRecord> {
  let stderr = '';
  try {
    stderr = (await machine.read(`jobs/${jobKey(seen.job)}/err`, { offset: -stderrBytesMax, bytesMax: stderrBytesMax })).toString('utf8').trim();
  } catch {
    return failure;
  }
  const record = stderr === '' ? failure : { ...failure, fields: { ...failure.fields, stderr } };
  const endedByItself = failure.code === 'job.exit-code' || (failure.code === 'job.killed' && seen.phase === 'ended' && seen.exitCode === undefined);
  if (!endedByItself || !(/No space left on device|ENOSPC/.test(stderr) || (await hasFullDisk(machine)))) return record;
  const message = `Cannot finish ${jobKey(seen.job)} on ${machine.node} because its disk is full; try freeing space there, then \`ringmaster queue show ${seen.job.item}\``;
  return { ...record, code: 'job.disk-full', class: 'node-fault', message };
}

async function hasFullDisk(machine: Machine): Promise<boolean> {
  try {
    return (await machine.probe()).diskFreeBytes < fullDiskBytes;
  } catch {
    return false; // Nobody knows: the failure keeps its own name.
  }
}
