/**
 * Refuses a workflow whose input is not valid, before its code runs. `scripts/build.mjs` names this module when it bundles the workflows, so the check
 * covers every workflow. A history with a valid input replays unchanged, because the check has no effect on it.
 */
import { type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { refusedInput } from '../../src/contract/input/refused-input.ts';
import { workflowInputFaults } from '../../src/contract/input/workflow-inputs.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { failWith } from './failure-of.ts';

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: async (input, next) => {
        const { workflowType } = workflowInfo();
        const faults = workflowInputFaults(workflowType, input.args[0]);
        if (faults.length > 0) throw failWith(failureRecord('input.refused', refusedInput(workflowType, faults)));
        return next(input);
      },
    },
  ],
});
