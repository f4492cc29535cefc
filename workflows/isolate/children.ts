import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import { namedStartOptions } from '../../src/contract/start-options.ts';
import type { WorkflowType } from '../../src/contract/workflows.ts';
import { type Attributes, searchable } from './details.ts';

export interface ChildStart {
  readonly id: string;
  readonly summary: string;
  readonly attributes: Attributes;
}

/** Children outlive their parent, are found by their id, and give up a task of a dead worker soon. */
const childOptions = ({ id, summary, attributes }: ChildStart) => ({
  ...namedStartOptions({ workflowId: id, summary }),
  parentClosePolicy: ParentClosePolicy.ABANDON,
  typedSearchAttributes: searchable(attributes),
});

const waitsMax = 720;

/**
 * Runs a child to its end. When a workflow of that id runs already (an operator started it, or an earlier parent was terminated) ours waits for
 * its turn: every procedure here may be repeated, so running after the other is right. Waits an hour at most.
 */
export async function runChild<I, R>(type: WorkflowType, start: ChildStart, input: I): Promise<R> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await executeChild<(input: I) => Promise<R>>(type, { ...childOptions(start), args: [input] });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || waits >= waitsMax) throw error;
      await sleep('5s', { summary: `${start.id} runs already; waiting for it` });
    }
  }
}

/** Starts a child that goes on by itself. False when one of that id runs already. */
export async function startChildOnce<I>(type: WorkflowType, start: ChildStart, input: I): Promise<boolean> {
  try {
    await startChild<(input: I) => Promise<unknown>>(type, { ...childOptions(start), args: [input] });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
