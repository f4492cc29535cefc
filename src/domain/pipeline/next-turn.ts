import { isTurnOver } from './stages.ts';
import type { PipelineView } from './view.ts';
import type { TurnsLeft } from './wish.ts';

/**
 * Returns the turn to play next. A turn that is done or given up is not played again. A turn that is under way or has failed is played again, and uses
 * the results that it already has.
 */
export function nextTurn(view: Pick<PipelineView, 'turn' | 'stage' | 'standing'> | undefined): number {
  if (view === undefined) return 1;
  const known = isTurnOver(view.stage) ? view.turn + 1 : view.turn;
  return Math.max(1, known, view.standing?.nextTurn ?? 1);
}

/**
 * Returns how many turns are still wanted of a pipeline whose workflow is gone. The ledger learns the number when a turn begins and when the pipeline
 * rests, so turns that were done since then are subtracted.
 */
export function turnsLeft(view: Pick<PipelineView, 'turn' | 'stage' | 'standing'>): TurnsLeft {
  const { standing } = view;
  if (standing === undefined || standing.turnsLeft === 'unlimited') return standing?.turnsLeft ?? 0;
  return Math.max(0, standing.turnsLeft - (nextTurn(view) - standing.nextTurn));
}
