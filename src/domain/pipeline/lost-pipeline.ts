import { given } from '../../base/given.ts';
import type { NodeId } from '../ids.ts';
import { isWithinTurn, nextTurn, turnsLeft } from './next-turn.ts';
import type { PipelineConfig } from './pipeline.ts';
import type { PipelineView } from './view.ts';
import type { Steered } from './wish.ts';

/** The state with which the workflow of a pipeline starts again after it was lost, for example with the server's database. */
export interface LostPipeline extends Pick<Steered, 'turn' | 'turnsLeft' | 'failures' | 'begun' | 'again'> {
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
  readonly paused: boolean;
  readonly wish?: Steered['wish'];
  /** How long the pause of the wish still lasts, by the clock that made its end. The server can have another clock. */
  readonly pauseForMs?: number;
}

/**
 * Returns the state of a pipeline whose workflow was lost. The pipeline goes on with its turn, its turns left and its wish, so that a paused pipeline
 * stays paused. Returns undefined for a pipeline of which no turn is wanted.
 */
export function lostPipeline(
  view: Pick<PipelineView, 'turn' | 'stage' | 'standing'>,
  config: PipelineConfig,
  nodes: readonly NodeId[],
  nowMs: number,
): LostPipeline | undefined {
  const left = turnsLeft(view);
  if (view.standing === undefined || left === 0) return undefined;
  const { wish } = view.standing;
  const turn = nextTurn(view);
  const isPaused = wish !== undefined && wish.wish !== 'running';
  // Without these two, `skip` would do nothing after the loss, and `resume` would run a failed or interrupted turn with its old payload again.
  const begun = view.turn >= turn ? true : undefined;
  const again = !isPaused || !isWithinTurn(view) ? undefined : view.stage === 'failed' ? {} : { interrupted: true };
  const pauseForMs = isPaused && wish.untilMs !== undefined ? Math.max(1, wish.untilMs - nowMs) : undefined;
  return { config, nodes, turn, turnsLeft: left, paused: isPaused, failures: 0, ...given({ wish, pauseForMs, begun, again }) };
}
