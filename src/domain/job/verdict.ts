/**
 * Judges one observation of a job: the job runs, it completed, or it failed. The function is pure, so that a test can cover every ending.
 *
 * Only evidence from the node itself ends a job. The limit on silence counts from the last progress, which is new bytes on stdout or in the outputs. A
 * heartbeat is not progress: it only shows that a watcher looks at the job.
 */
import { failureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import { type JobRef, type NodeId, jobKey } from '../ids.ts';
import { badLinesMax } from '../limits.ts';
import type { JobObservation } from './job.ts';
import type { JobLimits } from '../item/work-item.ts';
import { parseProgress } from './progress.ts';
import type { TryEnd } from './try-end.ts';
import { evidenceOf, failureOfEnd } from './evidence.ts';
import type { Hint } from '../failure/hint.ts';
import { clusterKey } from '../cluster/cluster-key.ts';

/**
 * The facts that a watcher remembers from one look to the next. The activity's heartbeat contains them, so that a new watcher can continue the work
 * of the old one.
 */
export interface WatchMemory {
  readonly progressBytes: number;
  readonly progressAtMs: number;
  readonly badLines: number;
  readonly lastLine: string;
}

export interface WatchContext {
  readonly job: JobRef;
  readonly node: NodeId;
  readonly bootId: string;
  readonly startedAtMs: number;
  readonly limits: JobLimits;
}

export type JobVerdict = { readonly type: 'running'; readonly memory: WatchMemory } | TryEnd;

export const freshMemory = (nowMs: number): WatchMemory => ({ progressBytes: -1, progressAtMs: nowMs, badLines: 0, lastLine: '' });

/** Returns the verdict on one observation. `memory` is the memory after the previous look. */
export function judgeJob(seen: JobObservation, memory: WatchMemory, context: WatchContext): JobVerdict {
  const { job, node, limits } = context;
  const name = jobKey(job);
  const fail = (code: FailureCode, because: string, hint: Hint): JobVerdict => ({
    type: 'failed',
    failure: failureRecord(code, { cannot: `finish ${name} on ${node}`, because, hint, fields: { node } }),
  });
  const logs = `ringmaster job logs ${name}`;
  const nodeShow = { run: `ringmaster node show ${node}` };
  if (seen.phase !== 'running' && seen.bootId !== context.bootId) {
    return fail('job.rebooted', `the node was restarted under it (boot ${context.bootId.slice(0, 8)} became ${seen.bootId.slice(0, 8)})`, nodeShow);
  }
  if (seen.phase === 'absent')
    return fail('job.killed', 'its folder is gone from the node', { say: `finding out which program removed files on ${node}` });
  if (seen.phase === 'ended') {
    if (seen.ended === 'self-fence')
      return fail('job.lost', `no watcher renewed it for ${limits.selfFenceSeconds ?? 0} s, so the node ended it`, nodeShow);
    if (seen.ended === 'stopped')
      return fail('job.stopped', 'its processes were stopped from outside Temporal (`ringmaster down`)', { run: 'ringmaster up' });
    const evidence = evidenceOf(seen, context.bootId);
    return evidence === undefined ? { type: 'completed' } : { type: 'failed', failure: failureOfEnd(evidence, job, node) };
  }
  const bytes = seen.stdoutBytes + seen.outputBytes;
  const badLines =
    seen.lastLine === memory.lastLine || seen.lastLine === ''
      ? memory.badLines
      : parseProgress(seen.lastLine) === undefined
        ? memory.badLines + 1
        : 0;
  const moved = bytes !== memory.progressBytes;
  const next: WatchMemory = { progressBytes: bytes, progressAtMs: moved ? seen.atMs : memory.progressAtMs, badLines, lastLine: seen.lastLine };
  if (badLines >= badLinesMax)
    return fail('job.bad-progress', `its stdout is not progress (last line: ${JSON.stringify(seen.lastLine.slice(0, 120))})`, {
      say: 'printing one JSON object a line, see docs/payload.md; free text belongs on stderr',
    });
  const silentSeconds = (seen.atMs - next.progressAtMs) / 1_000;
  if (silentSeconds > limits.silentSecondsMax)
    return fail('job.hang', `it has written nothing for ${Math.round(silentSeconds)} s (limit ${limits.silentSecondsMax} s)`, {
      say: `a longer ${clusterKey('silent')} in the cluster file, or its log`,
      run: logs,
    });
  const runSeconds = (seen.atMs - context.startedAtMs) / 1_000;
  if (runSeconds > limits.runSecondsMax)
    return fail('job.timeout', `it has run for ${Math.round(runSeconds)} s (limit ${limits.runSecondsMax} s)`, {
      say: `a longer ${clusterKey('run')} in the cluster file, or its log`,
      run: logs,
    });
  return { type: 'running', memory: next };
}
