import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { isClosedState } from '../../domain/item/work-item.ts';
import { isTurnOver, workStages } from '../../domain/pipeline/stages.ts';
import { ago } from '../../service/say.ts';
import { printable, styleOfState, type Colour } from '../render/colour.ts';
import { sprtBar } from '../render/sprt-bar.ts';
import { stateAndService } from '../../domain/node/wish.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export interface PanelParts {
  readonly status: ClusterStatus;
  readonly view: PipelineView | undefined;
  readonly turnsWanted: number;
  readonly elapsedMs: number;
  readonly ageMs: number;
}

/** Returns the lines of the live panel, which are redrawn in place. The caller cuts each line to the width of the terminal. */
export function panelLines({ status, view, turnsWanted, elapsedMs, ageMs }: PanelParts, colour: Colour): string[] {
  const head = `── ${status.cluster} · ${ago(elapsedMs)}${ageMs > 5_000 ? ` · read ${ago(ageMs)} ago` : ''}${status.temporalUi === undefined ? '' : ` · ${status.temporalUi}`} ──`;
  return [
    colour(printable(head), 'dim'),
    `nodes  ${status.nodes.map((node) => nodeText(node, status, colour)).join('   ') || 'none yet'}`,
    `queue  ${queueBar(status, view, 24, colour)}`,
    ...(view === undefined ? ['turn   waiting for the pipeline'] : pipelineText(view, turnsWanted, colour)),
    ...eloText(status, view, colour),
  ];
}

function nodeText(node: ClusterStatus['nodes'][number], status: ClusterStatus, colour: Colour): string {
  const busy = Math.min(node.slots, status.openJobs.filter((job) => job.node === node.node).length);
  const shown = stateAndService(node);
  const slots = node.slots > 16 ? `${busy}/${node.slots}` : '●'.repeat(busy) + '○'.repeat(node.slots - busy);
  return `${printable(node.node)} ${colour(slots, styleOfState(node.state))}${shown === 'alive' ? '' : ` ${colour(shown, styleOfState(node.state))}`}`;
}

/** Returns a line that shows how many of the ledger's items are closed. */
function queueBar({ queue }: ClusterStatus, view: PipelineView | undefined, width: number, colour: Colour): string {
  const entries = Object.entries(queue) as [keyof typeof queue, number][];
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const closed = entries.filter(([state]) => isClosedState(state)).reduce((sum, [, count]) => sum + count, 0);
  const share = (count: number): number => (total === 0 ? 0 : Math.round((count / total) * width));
  const done = share(closed);
  const running = Math.min(width - done, share(queue.running + queue.claimed));
  const bar = colour('█'.repeat(done), 'good') + colour('▒'.repeat(running), 'warn') + '░'.repeat(width - done - running);
  return `${bar} ${queue.pending} pending · ${queue.claimed + queue.running} under way · ${closed} closed${view === undefined ? '' : ` · ${view.games} games`}`;
}

function pipelineText(view: PipelineView, turnsWanted: number, colour: Colour): string[] {
  const at = workStages.indexOf(view.stage);
  const row = workStages.map((stage, index) =>
    index === at ? colour(`[${stage}]`, 'bold') : colour(stage, index < at || isTurnOver(view.stage) ? 'good' : 'dim'),
  );
  const detail = view.failure === undefined ? view.detail : sentenceOf(view.failure);
  const other = at < 0 && !isTurnOver(view.stage) ? ` ${colour(view.stage, styleOfState(view.stage))}` : '';
  return [
    `turn   ${view.turn}${turnsWanted > 0 ? `/${turnsWanted}` : ''} ${row.join(' ')}${other}`,
    `       ${detail === view.stage ? '' : printable(detail)}`,
    `SPRT   ${view.evaluation === undefined ? colour('no candidate at the gate', 'dim') : sprtBar(view.evaluation, 21, colour)}`,
  ];
}

function eloText({ models }: ClusterStatus, view: PipelineView | undefined, colour: Colour): string[] {
  if (view === undefined) return [];
  const ladder = models
    .filter((one) => one.pipeline === view.name && (one.state === 'champion' || one.state === 'retired'))
    .toSorted((a, b) => a.turn - b.turn)
    .slice(-5);
  if (ladder.length === 0) return [`Elo    ${printable(view.champion || 'the random player')} ${Math.round(view.championElo)}`];
  return [
    `Elo    ${ladder.map((one) => `${printable(one.id)} ${colour(String(Math.round(one.elo)), one.state === 'champion' ? 'good' : 'none')}${one.eloError > 0 ? `±${Math.round(one.eloError)}` : ''}`).join(' → ')}`,
  ];
}
