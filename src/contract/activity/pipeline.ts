import type { NodeId } from '../../domain/ids.ts';
import type { TreeRef } from '../../domain/item/work-item.ts';
import type { ModelRef } from '../../domain/model/model.ts';
import type { StageRecord } from '../../domain/pipeline/view.ts';

export interface PipelineLedgerActivities {
  /** Returns the champion that the turn plays against and the programs it plays with. Both are fixed at the first call, so that a turn may be run again. */
  beginTurn: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly payload: TreeRef;
  }) => Promise<{ readonly champion: ModelRef; readonly payload: TreeRef }>;
  /** Records the stage. Returns the nodes that are lost, as the sweep last recorded them: a stage need not wait for those. */
  recordStage: (p: StageRecord) => Promise<readonly NodeId[]>;
}

export interface PipelineGatewayActivities {
  /** Takes a snapshot of a payload folder at home, by content. A change of the folder matters from the next turn on. */
  payloadTree: (p: { readonly pipeline: string; readonly folder: string }) => Promise<TreeRef>;
}
