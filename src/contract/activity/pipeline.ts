import type { NodeId } from '../../domain/ids.ts';
import type { TreeRef } from '../../domain/item/work-item.ts';
import type { ModelRef } from '../../domain/model/model.ts';
import type { StageRecord } from '../../domain/pipeline/view.ts';

export interface PipelineLedgerActivities {
  /**
   * Returns the champion and the payload of the turn. The first call fixes both, so that a turn that runs again uses the same champion and the same
   * payload.
   */
  beginTurn: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly payload: TreeRef;
  }) => Promise<{ readonly champion: ModelRef; readonly payload: TreeRef }>;
  /** Records the stage. Returns the nodes that are unreachable or lost, as the sweep last recorded them. A stage need not wait for these nodes. */
  recordStage: (p: StageRecord) => Promise<readonly NodeId[]>;
}

export interface PipelineGatewayActivities {
  /**
   * Takes a snapshot, by content, of the payload folder that the cluster file names for this pipeline. A later change of the folder takes effect with
   * the next turn. Callers of an older release also send `folder`. Another folder than that of the cluster file is refused.
   */
  payloadTree: (p: { readonly pipeline: string; readonly folder?: string }) => Promise<TreeRef>;
}
