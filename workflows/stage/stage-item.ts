import { workflowInfo } from '@temporalio/workflow';
import type { StageConfig } from '../../src/domain/pipeline/pipeline.ts';
import type { TreeRef, WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { given } from '../../src/base/given.ts';

type FromStage = 'owner' | 'pipeline' | 'turn' | 'command' | 'verify' | 'env' | 'payload' | 'attemptsMax' | 'slots' | 'labels' | 'limits';

interface StageParts {
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: StageConfig;
  readonly payload: TreeRef;
}

/**
 * Returns the part of an item's spec that all items of a stage share. The workflow that enqueues the item is the owner, and gets a signal when the
 * item closes.
 */
export const stageItem = ({ pipeline, turn, stage, payload }: StageParts): Pick<WorkItemSpec, FromStage> =>
  given({
    owner: workflowInfo().workflowId,
    pipeline,
    turn,
    command: stage.command,
    verify: stage.verify,
    env: stage.env,
    payload,
    attemptsMax: stage.attemptsMax,
    slots: stage.slots,
    labels: stage.labels,
    limits: stage.limits,
  });
