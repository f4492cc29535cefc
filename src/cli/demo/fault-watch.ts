import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { JobView } from '../../domain/job/view.ts';
import { ago } from '../../service/say.ts';
import type { StoryLine } from './story-of.ts';
import { jobKey } from '../../domain/ids.ts';
import { turnTwoMsMax } from '../limits.ts';

/**
 * The one fault that the demo plants. Its states are waiting → planted → noticed → retrying → repaired, or `unrepaired` if the item closes in another
 * way. The demo plants the fault. After that the demo only reads the status, like any other client.
 */
export interface PlantedFault {
  readonly item: string;
  readonly epoch: number;
  readonly node: string;
  readonly pid: number;
  readonly atMs: number;
  readonly phase: 'planted' | 'noticed' | 'retrying' | 'repaired';
  readonly noticedMs?: number;
  readonly retriedMs?: number;
  readonly retriedOn?: string;
  readonly repairedMs?: number;
  /** The number of milliseconds that the killed try had run. The work that it did in that time is lost. */
  readonly lostMs: number;
}

/**
 * Returns the jobs that may be killed: the open self-play jobs, running ones first, then the one that started last, because the others are more likely to end before the
 * kill. A short job never counts as running in the status, so a claimed job is chosen too; its program may be there. The jobs belong to turn 2 or
 * later. After 15 s they may belong to any turn.
 */
export function faultTargets(status: ClusterStatus, pipeline: string, fromTurn: number, elapsedMs: number): readonly JobView[] {
  const playing = status.openJobs.filter((job) => job.pipeline === pipeline && job.kind === 'self-play');
  const fit = elapsedMs >= turnTwoMsMax ? playing : playing.filter((job) => (job.turn ?? 0) >= fromTurn);
  const isRunning = ({ state }: JobView): number => (state === 'running' ? 1 : 0);
  return fit.toSorted((a, b) => isRunning(b) - isRunning(a) || b.startedAtMs - a.startedAtMs);
}

/**
 * Returns the planted fault as `status` shows it, with the lines that narrate the change. The fault may have passed through several states since the
 * last look at the cluster.
 */
export function followFault(
  fault: PlantedFault,
  status: ClusterStatus,
  nowMs: number,
): { readonly fault: PlantedFault; readonly lines: readonly StoryLine[] } {
  const lines: StoryLine[] = [];
  let now = fault;
  const sinceMs = nowMs - fault.atMs;
  const killed = status.recentJobs.find((job) => job.item === fault.item && job.epoch === fault.epoch);
  const next = [...status.openJobs, ...status.recentJobs]
    .filter((job) => job.item === fault.item && job.epoch > fault.epoch)
    .toSorted((a, b) => b.epoch - a.epoch)[0];
  if (now.phase === 'planted' && (killed?.failure !== undefined || next !== undefined)) {
    const noticedMs = killed?.endedAtMs === undefined ? sinceMs : Math.max(0, killed.endedAtMs - fault.atMs);
    now = { ...now, phase: 'noticed', noticedMs };
    lines.push({ tone: 'plain', text: `  noticed after ${ago(noticedMs)}: ${killed?.failure?.code ?? 'the try was given up'}` });
  }
  if (now.phase === 'noticed' && next !== undefined) {
    const retriedMs = Math.max(0, next.startedAtMs - fault.atMs);
    now = { ...now, phase: 'retrying', retriedMs, retriedOn: next.node };
    lines.push({ tone: 'plain', text: `  tried again as epoch ${next.epoch} on ${next.node} after ${ago(retriedMs)}` });
  }
  if (now.phase === 'retrying' && next?.state === 'completed') {
    const repairedMs = next.endedAtMs === undefined ? sinceMs : Math.max(0, next.endedAtMs - fault.atMs);
    now = { ...now, phase: 'repaired', repairedMs };
    lines.push({
      tone: 'good',
      text: `  repaired: ${jobKey(next)} completed on ${next.node}, ${ago(repairedMs)} after the kill; its result counts once`,
    });
  }
  return { fault: now, lines };
}

export const announce = (fault: PlantedFault): StoryLine => ({
  tone: 'bad',
  text: `! fault planted: killed pid ${fault.pid} of job ${jobKey(fault)} on ${fault.node}`,
});
