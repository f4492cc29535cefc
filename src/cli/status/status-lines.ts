import type { Views } from '../../contract/views.ts';
import type { AlertView } from '../../domain/alert/alert.ts';
import type { Watch } from '../../domain/cluster/watch.ts';
import type { ProcessView } from '../../domain/cluster/status.ts';
import type { Noun } from '../../domain/noun.ts';
import { ago } from '../../service/say.ts';
import { sayUnheard } from '../../service/node/say-unheard.ts';
import { printable, styleOfState, type Colour } from '../render/colour.ts';
import { daemonLines } from '../daemon/daemon-lines.ts';
import { jobLines } from '../job/job-lines.ts';
import { nodeLines } from '../node/node-lines.ts';
import { modelLines, pipelineLines } from '../pipeline/pipeline-lines.ts';
import { queueLine } from '../queue/queue-lines.ts';
import { syncLines } from '../sync/sync-lines.ts';
import { table } from '../render/table.ts';
import { readModelAgeMsMax, statusAlertsMax, statusFailuresMax, statusRowsMax } from '../limits.ts';
import { lastLinesOf } from '../../domain/failure/stderr.ts';
import { jobKey } from '../../domain/ids.ts';
import { hasFailed } from '../../domain/job/view.ts';

interface Shown {
  readonly status: Views['Status'];
  readonly nowMs: number;
  readonly wide: boolean;
  readonly colour: Colour;
}
type Section = readonly [title: string, lines: readonly string[]];
type Sections = (shown: Shown) => readonly Section[];
const none: Sections = () => [];

/** The sections of the screen, in order, each under its noun. The wide form adds evidence, ended jobs, syncs and models. */
const sections: Readonly<Record<Noun, Sections>> = {
  process: ({ status, nowMs, colour }) => [['Processes', processLines(status.processes, nowMs, colour)]],
  daemon: ({ status, nowMs, wide, colour }) => {
    const others = status.daemons.filter(({ state }) => state !== 'running');
    const shown = wide ? status.daemons : others;
    const title = `Daemons (${status.daemons.length - others.length} of ${status.daemons.length} run)`;
    return [[title, shown.length === 0 ? [] : daemonLines(shown, nowMs, wide, colour)]];
  },
  node: ({ status, nowMs, wide, colour }) => [['Nodes', nodeLines(status.nodes, status, nowMs, wide, colour)]],
  item: ({ status, colour }) => [['Queue', [queueLine(status.queue, colour)]]],
  pipeline: ({ status, nowMs, wide, colour }) => [['Pipelines', pipelineLines(status.pipelines, nowMs, wide, colour)]],
  job: (shown) => [
    ['Jobs under way', [...jobLines(shown.status.openJobs, shown.nowMs, shown.wide, shown.colour), ...unheardLines(shown)]],
    ...(shown.wide ? endedJobs(shown) : latestFailures(shown)),
  ],
  sync: ({ status, nowMs, wide, colour }) => (wide ? [['Syncs', syncLines(status.recentSyncs.slice(0, statusRowsMax), nowMs, true, colour)]] : []),
  model: ({ status, wide, colour }) => (wide ? [['Models', modelLines(status.models, true, colour)]] : []),
  turn: none,
  'failure-code': none,
};

/** Returns the status on one screen. */
export function statusLines(status: Views['Status'], nowMs: number, wide: boolean, colour: Colour): string[] {
  const old = status.ageMs > readModelAgeMsMax;
  const ui = status.temporalUi === undefined ? '' : ` · ${status.temporalUi}`;
  return [
    `${colour(status.cluster, 'bold')} · ${colour(`read ${ago(status.ageMs)} ago`, old ? 'bad' : 'dim')} · Temporal ${status.temporalAddress} (${status.temporalServer})${ui}`,
    ...(status.temporalBecause === undefined ? [] : [colour(`This Temporal server, because: ${status.temporalBecause}`, 'dim')]),
    ...(status.temporalPassedOver === undefined ? [] : [colour(status.temporalPassedOver, 'warn')]),
    ...(old ? [colour('These numbers are old: the ledger worker does not write. Look at the processes below.', 'bad')] : []),
    ...watchLines(status.watches, colour),
    ...alertLine(status.alerts, colour),
    ...Object.values(sections)
      .flatMap((of) => of({ status, nowMs, wide, colour }))
      .flatMap(([title, lines]) => ['', colour(title, 'bold'), ...lines]),
  ];
}

/** Returns a line for each part that does not do its work, or whose work is not known. The numbers below can then be the past. */
const watchLines = (watches: readonly Watch[], colour: Colour): string[] =>
  watches.flatMap(({ ok, notice, detail, hint }) => {
    const text = `${printable(detail)}${hint?.run === undefined ? '' : `. Try: ${hint.run}`}`;
    if (ok) return notice === true ? [colour(`Note: ${text}`, 'warn')] : [];
    return [colour(`Not as it should be: ${text}`, 'bad')];
  });

/** Returns one line that names the alerts that fire. Silenced ones are only counted. */
function alertLine(alerts: readonly AlertView[], colour: Colour): string[] {
  if (alerts.length === 0) return [];
  const loud = alerts.filter(({ silence }) => silence === undefined);
  const names = loud.slice(0, statusAlertsMax).map(({ id, severity }) => (severity === 'critical' ? `${id} (critical)` : id));
  const more = loud.length > names.length ? [`${loud.length - names.length} more`] : [];
  const silenced = alerts.length === loud.length ? [] : [`${alerts.length - loud.length} silenced`];
  const text = `Alerts that fire: ${[...names, ...more, ...silenced].join(', ')}. See: ringmaster alert list`;
  return [colour(printable(text), loud.length === 0 ? 'dim' : 'bad')];
}

const endedJobs: Sections = ({ status, nowMs, colour }) => [['Ended jobs', jobLines(status.recentJobs.slice(0, statusRowsMax), nowMs, true, colour)]];

const latestFailures: Sections = ({ status, nowMs, colour }) => {
  const failed = status.recentJobs.filter(hasFailed).slice(0, statusFailuresMax);
  const first = failed[0];
  if (first === undefined) return [];
  const end = first.failure === undefined ? [] : lastLinesOf(first.failure);
  const quoted = end.length === 0 ? [] : [colour(`stderr of ${jobKey(first)} ends:`, 'dim'), ...end.map((line) => `  ${line}`)];
  return [['Latest failures', [...jobLines(failed, nowMs, false, colour), ...quoted, colour(`why: ringmaster explain ${first.item}`, 'dim')]]];
};

/** Returns a line for each node that has open jobs and does not respond. The present state of these jobs is not known. */
function unheardLines({ status, nowMs, colour }: Shown): string[] {
  const open = new Set(status.openJobs.map(({ node }) => node));
  return status.nodes
    .filter((node) => open.has(node.node))
    .flatMap((node) => {
      const unheard = sayUnheard(node, status, nowMs);
      return unheard === undefined ? [] : [colour(`${node.node}: ${unheard}`, 'warn')];
    });
}

export function processLines(processes: readonly ProcessView[], nowMs: number, colour: Colour): string[] {
  if (processes.length === 0) return ['none on record'];
  return table(
    [{ head: 'PROCESS' }, { head: 'STATE' }, { head: 'FOR' }, { head: 'PID', align: 'right' }, { head: 'RESTARTS', align: 'right' }],
    processes.map((one) => [
      one.name,
      one.silentSeconds === undefined
        ? { text: one.state, style: styleOfState(one.state) }
        : { text: `no sign of life for ${one.silentSeconds} s`, style: 'bad' },
      ago(nowMs - one.sinceMs),
      one.pid,
      { text: String(one.restarts), style: one.restarts > 0 ? 'warn' : 'none' },
    ]),
    colour,
  );
}
