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
  return {
    v: 1,
    config,
    nodes,
    turn: nextTurn(view),
    turnsLeft: left,
    paused: wish !== undefined && wish.wish !== 'running',
    failures: 0,
    ...given({ wish }),
  };
}
