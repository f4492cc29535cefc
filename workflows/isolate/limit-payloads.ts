/**
 * Measures everything that a workflow sends through Temporal, and refuses what is too large as `limits.payload-too-large`. Without this, Temporal fails
 * the workflow task that sends it, and repeats the task for ever. `scripts/build.mjs` names this module when it bundles the workflows, so no workflow can be
 * without it.
 */
import type { ApplicationFailure, WorkflowInterceptors } from '@temporalio/workflow';
import { payloadFault } from '../../src/contract/payload-limit.ts';
import { failWith } from './failure-of.ts';

/** Throws when the value is too large. `what` is a verb phrase. */
function mustFit(what: string, value: unknown): void {
  const failure = faultOf(what, value);
  if (failure !== undefined) throw failure;
}

function faultOf(what: string, value: unknown): ApplicationFailure | undefined {
  const fault = payloadFault(what, value);
  return fault === undefined ? undefined : failWith(fault);
}

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: async (input, next) => {
        const result = await next(input);
        mustFit('return the result of the workflow', result);
        return result;
      },
      handleQuery: async (input, next) => {
        const result = await next(input);
        mustFit(`answer the query ${input.queryName}`, result);
        return result;
      },
    },
  ],
  outbound: [
    {
      scheduleActivity: async (input, next) => {
        mustFit(`send the input of activity ${input.activityType}`, input.args);
        return next(input);
      },
      startChildWorkflowExecution: async (input, next) => {
        mustFit(`send the input of workflow ${input.workflowType}`, input.options.args);
        return next(input);
      },
      signalWorkflow: async (input, next) => {
        mustFit(`send the signal ${input.signalName}`, input.args);
        return next(input);
      },
      continueAsNew: async (input, next) => {
        mustFit(`carry the state of ${input.options.workflowType} into its next run`, input.args);
        return next(input);
      },
    },
  ],
});
