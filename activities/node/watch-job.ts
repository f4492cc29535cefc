import { Context } from '@temporalio/activity';
import type { AwaitInput } from '../../src/contract/activity/job.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { withStderr } from '../../src/domain/failure/stderr.ts';
import { freshMemory, judgeJob, type WatchEnd, type WatchMemory } from '../../src/domain/job/verdict.ts';
import { parseProgress, type Progress } from '../../src/domain/job/progress.ts';
import type { JobLogs, JobObservation, LogStream } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { watchLimits } from '../limits.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import type { JobWatcher } from './job-watcher.ts';
import { given } from '../../src/base/given.ts';
import type { JobRef } from '../../src/domain/ids.ts';
import { type EndEvidence, evidenceOf, failureOfEnd, needsDiskSpace } from '../../src/domain/job/evidence.ts';

/** The end of a job's process, and the end of its logs. The logs are absent when the node could not be asked for them. */
interface WatchedEnd {
  readonly end: WatchEnd;
  readonly logs?: JobLogs;
}

interface Heartbeat {
  readonly memory: WatchMemory;
}

/**
 * Watches one job until its program ends, and returns how it ended. The activity is cancelled when the worker shuts down or when the workflow has
 * decided to stop the job. A cancelled activity leaves the process alone, because another activity stops processes.
 *
 * A look that fails proves nothing about the job, whatever the reason (an outage, even a changed host key). The watch goes on, and the time without
 * looks does not count as silence. This function does not decide whether the node is lost; the sweep does.
 */
export async function watchJob(input: AwaitInput, machine: Machine, watcher: JobWatcher, report: (progress: Progress) => void): Promise<WatchedEnd> {
  const context = Context.current();
  const before = context.info.heartbeatDetails as Heartbeat | undefined;
  // No watcher has looked at the job since the last attempt of this activity ended, and the job may have written something in that time. So the time
  // of silence starts again at zero.
  let memory: WatchMemory = before === undefined ? freshMemory() : { ...before.memory, silentMs: 0 };
  const { job, node, spec, started } = input;
  const about = { job, node, bootId: started.bootId, startTicks: started.startTicks, limits: spec.limits };
  let lookedMs: number | undefined;
  const watch = (): Promise<WatchedEnd> =>
    new Promise((resolve, reject) => {
      const looked = { job, readTo: () => memory.readTo ?? 0 };
      const stop = watcher.watch(looked, (seen) => {
        if (seen instanceof Error) {
          lookedMs = undefined;
          return;
        }
        const nowMs = performance.now();
        const verdict = judgeJob(seen, memory, { ...about, passedMs: nowMs - (lookedMs ?? nowMs) });
        lookedMs = nowMs;
        switch (verdict.type) {
          case 'running': {
            memory = verdict.memory;
            const progress = seen.parts.flatMap((lines) => lines.flatMap((line) => parseProgress(line) ?? [])).at(-1);
            if (progress !== undefined) report(progress);
            return;
          }
          case 'completed':
            return finish(() => resolve({ end: verdict, ...given({ logs: seen.logs }) }));
          case 'unrecorded':
          case 'failed':
            return finish(
              () =>
                void withLastWords(verdict.failure, machine, seen, about.bootId).then(
                  ({ failure, logs }) => resolve({ end: { type: verdict.type, failure }, ...given({ logs }) }),
                  reject,
                ),
            );
        }
      });
      const finish = (settle: () => void): void => {
        stop();
        settle();
      };
      context.cancelled.catch((error: unknown) => finish(() => reject(error)));
    });
  return withHeartbeat(watch, () => ({ memory }) satisfies Heartbeat);
}

/**
 * Returns the failure with the end of the job's stderr, so that `explain` can show this text when the node is gone. When the process ended by itself,
 * its stderr and the node's free space may prove a better cause (`src/domain/job/evidence.ts`).
 */
async function withLastWords(
  judged: FailureRecord,
  machine: Machine,
  seen: JobObservation,
  bootId: string,
): Promise<{ readonly failure: FailureRecord; readonly logs?: JobLogs }> {
  const logs = seen.logs ?? (await readLogs(machine, seen.job));
  if (logs === undefined) return { failure: judged };
  const stderr = stderrOfLogs(logs);
  const end = evidenceOf(seen, bootId);
  const failure = end === undefined ? judged : failureOfEnd(await withDiskSpace({ ...end, stderr }, machine), seen.job, machine.node);
  return { failure: withStderr(failure, stderr), logs };
}

/** Returns the end of stderr, as a failure keeps it. */
export const stderrOfLogs = (logs: JobLogs | undefined): string => (logs?.stderr ?? '').trim().slice(-watchLimits.stderrCharsMax);

/** Reads the logs of a job that still runs. Returns undefined when the node cannot be reached. */
async function readLogs(machine: Machine, job: JobRef): Promise<JobLogs | undefined> {
  const read = async (stream: LogStream): Promise<string> => (await machine.readLog(job, stream, watchLimits.runningLogBytesMax)).toString('utf8');
  try {
    return { stdout: await read('stdout'), stderr: await read('stderr') };
  } catch {
    return undefined;
  }
}

async function withDiskSpace(evidence: EndEvidence, machine: Machine): Promise<EndEvidence> {
  if (!needsDiskSpace(evidence)) return evidence;
  try {
    const { diskFreeBytes } = await machine.probe();
    return { ...evidence, ...given({ diskFreeBytes }) };
  } catch {
    return evidence; // The node cannot be reached. The exit status alone decides.
  }
}
