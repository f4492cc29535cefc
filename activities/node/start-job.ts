import type { StartedJob } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';
import { given } from '../../src/base/given.ts';

export const startJob = ({ job, spec }: AssignedJob, machine: Machine): Promise<StartedJob> =>
  machine.start(
    given({
      job,
      argv: spec.command,
      env: spec.env,
      seed: spec.seed,
      requestJson: JSON.stringify(spec.request),
      payload: spec.payload,
      inputs: spec.inputs,
      limits: spec.limits,
    }),
  );
