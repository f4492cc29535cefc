import type { Views } from '../../contract/routes.ts';
import type { ProcessView } from '../../domain/cluster/status.ts';
import { ago } from '../../service/say.ts';
import { styleOfState, type Colour } from '../render/colour.ts';
import { jobLines } from '../job/job-lines.ts';
import { nodeLines } from '../node/node-lines.ts';
import { modelLines, pipelineLines } from '../pipeline/pipeline-lines.ts';
import { queueLine } from '../queue/queue-lines.ts';
import { syncLines } from '../sync/sync-lines.ts';
import { table } from '../render/table.ts';

/** Older than this the answer is not to be trusted: the sweep writes every few seconds. */
export const ageMsMax = 30_000;

/** One screen. Wide adds evidence, ended jobs, syncs and models. */
export function statusLines(status: Views['Status'], nowMs: number, wide: boolean, colour: Colour): string[] {
  const old = status.ageMs > ageMsMax;
  const ui = status.temporalUi === undefined ? '' : ` · ${status.temporalUi}`;
  const section = (title: string, lines: readonly string[]): string[] => ['', colour(title, 'bold'), ...lines];
  return [
    `${colour(status.cluster, 'bold')} · ${colour(`read ${ago(status.ageMs)} ago`, old ? 'bad' : 'dim')} · Temporal ${status.temporalAddress}${ui}`,
    ...(old ? [colour('These numbers are old: the ledger worker does not write. Look at the processes below.', 'bad')] : []),
    ...section('Processes', processLines(status.processes, nowMs, colour)),
    ...section('Nodes', nodeLines(status.nodes, status, nowMs, wide, colour)),
    ...section('Queue', [queueLine(status.queue, colour)]),
    ...section('Pipelines', pipelineLines(status.pipelines, nowMs, wide, colour)),
    ...section('Jobs under way', jobLines(status.openJobs, nowMs, wide, colour)),
    ...(wide ? section('Ended jobs', jobLines(status.recentJobs.slice(0, 20), nowMs, true, colour)) : failures(status, nowMs, colour, section)),
    ...(wide ? section('Syncs', syncLines(status.recentSyncs.slice(0, 20), nowMs, true, colour)) : []),
    ...(wide ? section('Models', modelLines(status.models, true, colour)) : []),
  ];
}

function failures(status: Views['Status'], nowMs: number, colour: Colour, section: (title: string, lines: readonly string[]) => string[]): string[] {
  const failed = status.recentJobs.filter((job) => job.failure !== undefined && job.failure.class !== 'cancelled').slice(0, 5);
  const first = failed[0];
  return first === undefined
    ? []
    : section('Latest failures', [...jobLines(failed, nowMs, false, colour), colour(`why: bin/ringmaster explain ${first.item}`, 'dim')]);
}

export function processLines(processes: readonly ProcessView[], nowMs: number, colour: Colour): string[] {
  if (processes.length === 0) return ['none on record'];
  return table(
    [{ head: 'PROCESS' }, { head: 'STATE' }, { head: 'FOR' }, { head: 'PID', align: 'right' }, { head: 'RESTARTS', align: 'right' }],
    processes.map((one) => [
      one.name,
      { text: one.state, style: styleOfState(one.state) },
      ago(nowMs - one.sinceMs),
      one.pid,
      { text: String(one.restarts), style: one.restarts > 0 ? 'warn' : 'none' },
    ]),
    colour,
  );
}
