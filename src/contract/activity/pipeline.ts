import type { NodeId } from '../../domain/ids.ts';
import type { TreeRef } from '../../domain/item/work-item.ts';
import type { ModelRef } from '../../domain/model/model.ts';
import type { PipelineConfig } from '../../domain/pipeline/pipeline.ts';
import type { StageRecord } from '../../domain/pipeline/view.ts';
import type { Again, PipelineStanding, PipelineWishReply, PipelineWishRequest, SteeringSignal } from '../../domain/pipeline/wish.ts';

/** The values that a run of a turn uses. A result of an older release has only the champion and the payload. */
export interface TurnBegun {
  readonly champion: ModelRef;
  readonly payload: TreeRef;
  readonly config?: PipelineConfig;
  /** Grows when the turn runs again with another payload or other stages. */
  readonly revision?: number;
  /** How often an operator has asked for another run of the turn. */
  readonly reruns?: number;
}

export interface PipelineLedgerActivities {
  /**
   * Begins a run of a turn. The first run fixes the champion, the payload and the configuration, so that a turn that runs again uses the same values.
   * `src/domain/pipeline/fixed-turn.ts` says which values an operator's other run takes from the present.
   */
  beginTurn: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly payload: TreeRef;
    readonly standing?: PipelineStanding;
    readonly config?: PipelineConfig;
    readonly again?: Again;
  }) => Promise<TurnBegun>;
  /** Records the stage. Returns the nodes that are unreachable or lost, as the sweep last recorded them. A stage need not wait for these nodes. */
  recordStage: (p: StageRecord) => Promise<readonly NodeId[]>;
  /**
   * Records an operator's wish for a pipeline, and returns the signal for the pipeline's workflow. Refuses a wish that the pipeline cannot follow. A
   * repeat changes nothing.
   */
  wishPipeline: (p: PipelineWishRequest) => Promise<Omit<PipelineWishReply, 'received'> & { readonly signal: SteeringSignal }>;
}

export interface PipelineGatewayActivities {
  /**
   * Takes a snapshot, by content, of the payload folder that the cluster file names for this pipeline. A later change of the folder takes effect with
   * the next turn. Callers of an older release also send `folder`. Another folder than that of the cluster file is refused.
   */
  payloadTree: (p: { readonly pipeline: string }) => Promise<TreeRef>;
}
