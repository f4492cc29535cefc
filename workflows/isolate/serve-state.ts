/** Registers the query `state` in every workflow. `scripts/build.mjs` names this module when it bundles the workflows, so no workflow can be without it. */
import { defineQuery, setHandler, type WorkflowInterceptors } from '@temporalio/workflow';
import { stateQuery, type WorkflowState } from '../../src/contract/state-query.ts';
import { workflowState } from './details.ts';

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: (input, next) => {
        setHandler(defineQuery<WorkflowState>(stateQuery), workflowState, { description: 'The state and the details of this workflow, as JSON' });
        return next(input);
      },
    },
  ],
});
