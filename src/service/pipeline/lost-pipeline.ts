import { given } from '../../base/given.ts';
import type { PipelineInput } from '../../contract/workflows.ts';
import type { NodeId } from '../../domain/ids.ts';
import { nextTurn, turnsLeft } from '../../domain/pipeline/next-turn.ts';
import type { PipelineConfig } from '../../domain/pipeline/pipeline.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';

/**
 * Returns the input with which the workflow of a pipeline starts again after it was lost, for example with the server's database. The pipeline goes on
 * with its turn, its turns left and its wish, so that a paused pipeline stays paused. Returns undefined for a pipeline of which no turn is wanted.
 */
export function lostPipelineInput(view: PipelineView, config: PipelineConfig, nodes: readonly NodeId[]): PipelineInput | undefined {
  const left = turnsLeft(view);
  if (view.standing === undefined || left === 0) return undefined;
  const { wish } = view.standing;
  const turn = nextTurn(view);
  const isPaused = wish !== undefined && wish.wish !== 'running';
  // Without these two, `skip` would do nothing after the loss, and `resume` would run a failed turn with its old payload again.
  const begun = view.turn >= turn ? true : undefined;
  const again = isPaused && view.stage === 'failed' ? {} : undefined;
  return {
    v: 1,
    config,
    nodes,
    turn,
    turnsLeft: left,
    paused: isPaused,
    failures: 0,
    ...given({ wish, begun, again }),
  };
}
