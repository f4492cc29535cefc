/**
 * Judges one observation of a job: the job runs, its program ended well, it failed, or its end is unrecorded. The function is pure, so that a test
 * can cover every ending. After an unrecorded end a valid manifest decides: the supervisor that should have recorded the end may have died while the
 * program went on and finished.
 *
 * Only evidence from the node itself ends a job. The limit on silence counts from the last progress, which is new bytes on stdout or in the outputs. A
 * heartbeat is not progress: it only shows that a watcher looks at the job.
 *
 * No duration here comes from the time of day, because the clock of home or of the node can be set while the job runs. The run time is the time since the
 * boot of the node, minus the start of the process. The silence is a sum of times between two looks, by the watcher's own steady clock.
 */
import { type FailureRecord, failureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import { type JobRef, type NodeId, jobKey } from '../ids.ts';
import { badLinesMax, lookGapMsMax } from '../limits.ts';
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
  /** The time without progress, over the looks of this watcher. Absent in a heartbeat of an older release. */
  readonly silentMs?: number;
  /** The time during which this job was watched. It bounds the run time of a job on a node that does not show the time since its boot. */
  readonly watchedMs?: number;
  /** Number of lines in a row, up to the last line, that are not progress. */
  readonly badLines: number;
  /** Position in stdout behind the last line that was judged. Absent in a heartbeat of an older release, which judged only some lines. */
  readonly readTo?: number;
}

export interface WatchContext {
  readonly job: JobRef;
  readonly node: NodeId;
  readonly bootId: string;
  /** The start of the process, in clock ticks after the node's boot. */
  readonly startTicks: number;
  /** The time since the watcher's last good look, by a clock that does not step. 0 at the first look, and at the first look after looks failed. */
  readonly passedMs: number;
  readonly limits: JobLimits;
}

/** The end of a job's process. `unrecorded` means that no exit status exists: the job failed unless its manifest is valid. */
export type WatchEnd = TryEnd | { readonly type: 'unrecorded'; readonly failure: FailureRecord };
export type JobVerdict = { readonly type: 'running'; readonly memory: WatchMemory } | WatchEnd;

export const freshMemory = (): WatchMemory => ({ progressBytes: -1, silentMs: 0, watchedMs: 0, badLines: 0, readTo: 0 });

/** Clock ticks a second in /proc. Linux uses this number on every architecture that Node.js runs on. */
const ticksPerSecond = 100;

/** Returns the verdict on one observation. `memory` is the memory after the previous look. */
export function judgeJob(seen: JobObservation, memory: WatchMemory, context: WatchContext): JobVerdict {
  const { job, node, limits } = context;
  const name = jobKey(job);
  const failure = (code: FailureCode, because: string, hint: Hint): FailureRecord =>
    failureRecord(code, { cannot: `finish ${name} on ${node}`, because, hint, fields: { node } });
  const fail = (code: FailureCode, because: string, hint: Hint): JobVerdict => ({ type: 'failed', failure: failure(code, because, hint) });
  const logs = `ringmaster job logs ${name}`;
  const nodeShow = { run: `ringmaster node show ${node}` };
  const badProgress = ({ badLine }: BadLines): JobVerdict =>
    fail('job.bad-progress', `${badLinesMax} lines in a row on its stdout are not progress (the last is ${JSON.stringify(badLine.slice(0, 120))})`, {
      say: 'printing one JSON object a line, see docs/payload.md; free text belongs on stderr',
    });
  const lines = countBadLines(memory.badLines, seen.parts);
  if (seen.phase !== 'running') {
    if (seen.ended === 'self-fence')
      return fail('job.lost', `no watcher renewed it for ${limits.selfFenceSeconds ?? 0} s, so the node ended it`, nodeShow);
    if (seen.ended === 'stopped')
      return fail('job.stopped', 'its processes were stopped from outside Temporal (`ringmaster down`)', { run: 'ringmaster up' });
    // A program that ended well before the node was restarted has ended well.
    if (seen.exitCode === 0) return lines.isBad ? badProgress(lines) : { type: 'completed' };
    if (seen.bootId !== context.bootId) {
      const because = `the node was restarted under it (boot ${context.bootId.slice(0, 8)} became ${seen.bootId.slice(0, 8)})`;
      return { type: seen.exitCode === undefined ? 'unrecorded' : 'failed', failure: failure('job.rebooted', because, nodeShow) };
    }
    if (seen.phase === 'absent') {
      const hint = { say: `finding out which program removed files on ${node}` };
      return { type: 'unrecorded', failure: failure('job.killed', 'its record is gone from the node', hint) };
    }
    const evidence = evidenceOf(seen, context.bootId) ?? {};
    return { type: seen.exitCode === undefined ? 'unrecorded' : 'failed', failure: failureOfEnd(evidence, job, node) };
  }
  if (lines.isBad) return badProgress(lines);
  // When this look did not count the outputs, it proves neither progress nor silence.
  const bytes = seen.outputBytes === undefined ? memory.progressBytes : seen.stdoutBytes + seen.outputBytes;
  const moved = bytes !== memory.progressBytes;
  // A watcher that was itself stopped for an hour has not looked for an hour.
  const countedMs = Math.min(Math.max(0, context.passedMs), lookGapMsMax);
  const watchedMs = (memory.watchedMs ?? 0) + countedMs;
  const next: WatchMemory = {
    progressBytes: bytes,
    silentMs: moved ? 0 : (memory.silentMs ?? 0) + countedMs,
    watchedMs,
    badLines: lines.badLines,
    readTo: seen.readTo,
  };
  const silentSeconds = (next.silentMs ?? 0) / 1_000;
  if (silentSeconds > limits.silentSecondsMax && seen.outputBytes !== undefined)
    return fail('job.hang', `it has written nothing for ${Math.round(silentSeconds)} s (limit ${limits.silentSecondsMax} s)`, {
      say: `a longer ${clusterKey('silent')} in the cluster file, or its log`,
      run: logs,
    });
  const runSeconds = runMs(seen, context, watchedMs) / 1_000;
  if (runSeconds > limits.runSecondsMax)
    return fail('job.timeout', `it has run for ${Math.round(runSeconds)} s (limit ${limits.runSecondsMax} s)`, {
      say: `a longer ${clusterKey('run')} in the cluster file, or its log`,
      run: logs,
    });
  return { type: 'running', memory: next };
}

/**
 * Returns for how long the program has run. In some containers the time since boot is that of the container and the start of the process is that of the
 * machine. Their difference is then too small or negative, and the time during which the job was watched counts.
 */
const runMs = ({ upMs, bootId }: JobObservation, context: WatchContext, watchedMs: number): number =>
  upMs === undefined || bootId !== context.bootId ? watchedMs : Math.max(watchedMs, upMs - (context.startTicks / ticksPerSecond) * 1_000);

interface BadLines {
  readonly badLines: number;
  readonly isBad: boolean;
  /** The last line that was counted as bad. */
  readonly badLine: string;
}

/**
 * Counts the lines in a row that are not progress, over all new lines, whether they are equal or arrive together. A blank line counts for nothing.
 * Text that was left out between two parts may contain progress, so the count begins again there.
 */
function countBadLines(before: number, parts: readonly (readonly string[])[]): BadLines {
  let badLines = before;
  let badLine = '';
  for (const [at, lines] of parts.entries()) {
    if (at > 0) badLines = 0;
    for (const line of lines) {
      if (line.trim() === '') continue;
      badLines = parseProgress(line) === undefined ? badLines + 1 : 0;
      if (badLines > 0) badLine = line;
      if (badLines >= badLinesMax) return { badLines, isBad: true, badLine };
    }
  }
  return { badLines, isBad: false, badLine };
}
