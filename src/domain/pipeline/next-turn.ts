import { isResting, isStopped, isTurnOver } from './stages.ts';
import type { PipelineView } from './view.ts';
import type { TurnsLeft } from './wish.ts';

type Position = Pick<PipelineView, 'turn' | 'stage' | 'standing'>;

/**
 * Returns the turn to play next. A turn that is done or given up is not played again. A turn that is under way or has failed is played again, and uses
 * the results that it already has.
 */
export function nextTurn(view: Position | undefined): number {
  if (view === undefined) return 1;
  const known = isTurnOver(view.stage) ? view.turn + 1 : view.turn;
  return Math.max(1, known, view.standing?.nextTurn ?? 1);
}

/**
 * Returns how many turns are still wanted of a pipeline whose workflow is gone. The ledger learns the number when a turn begins and when the pipeline
 * rests, so turns that were done since then are subtracted.
 */
export function turnsLeft(view: Position): TurnsLeft {
  const { standing } = view;
  if (standing === undefined || standing.turnsLeft === 'unlimited') return standing?.turnsLeft ?? 0;
  return Math.max(0, standing.turnsLeft - (nextTurn(view) - standing.nextTurn));
}

/** Returns true when a pipeline rests within a turn that has begun: the turn failed or was interrupted. */
export const isWithinTurn = (view: Position): boolean => isStopped(view.stage) && view.turn >= nextTurn(view);

/** Returns true when the next run of the pipeline's turn is another run, which an operator's `resume` or `run` asks for. */
export function isRunAgain(view: Position | undefined): boolean {
  if (view === undefined) return false;
  const wish = view.standing?.wish;
  const isBeingInterrupted = wish !== undefined && wish.wish !== 'running' && wish.now === true && !isResting(view.stage);
  return isWithinTurn(view) || isBeingInterrupted;
}
