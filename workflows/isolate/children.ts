import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import { namedStartOptions } from '../../src/contract/start-options.ts';
import { type WorkflowType, workflowIds } from '../../src/contract/workflows.ts';
import type { SyncRequest } from '../../src/domain/dataset/sync.ts';
import { type Attributes, searchable } from './details.ts';
import { childBusyCheckMs, childBusyChecksMax } from './limits.ts';

export interface ChildStart {
  readonly id: string;
  readonly summary: string;
  readonly attributes: Attributes;
}

/**
 * Children outlive their parent and are found by their id. Their workflow-task timeout is short, so that Temporal soon retries the task of a dead
 * worker.
 */
const childOptions = ({ id, summary, attributes }: ChildStart) => ({
  ...namedStartOptions({ workflowId: id, summary }),
  parentClosePolicy: ParentClosePolicy.ABANDON,
  typedSearchAttributes: searchable(attributes),
});

/**
 * Runs a child to its end and returns its result. Another workflow with the child's id may be running, because an operator started it or an earlier
 * parent was terminated. The child then starts after the other workflow has ended. The parent waits for an hour at most. It is safe to run the child
 * after the other workflow, because every procedure may be repeated.
 */
export async function runChild<I, R>(type: WorkflowType, start: ChildStart, input: I): Promise<R> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await executeChild<(input: I) => Promise<R>>(type, { ...childOptions(start), args: [input] });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || waits >= childBusyChecksMax) throw error;
      await sleep(childBusyCheckMs, { summary: `${start.id} runs already; waiting for it` });
    }
  }
}

/** Returns how a sync is started. */
export const syncStart = ({ dataset, source, target }: SyncRequest): ChildStart => ({
  id: workflowIds.sync(dataset, source, target),
  summary: `${dataset}: ${source} → ${target}`,
  attributes: { Dataset: dataset, NodeId: source === 'home' ? target : source, LifecycleState: 'running' },
});

/** Starts a child that runs independently of its parent. Returns false when a workflow with that id runs already. */
export async function startChildOnce<I>(type: WorkflowType, start: ChildStart, input: I): Promise<boolean> {
  try {
    await startChild<(input: I) => Promise<unknown>>(type, { ...childOptions(start), args: [input] });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
