import { plainEnv } from '../../src/domain/item/secret.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';
import { given } from '../../src/base/given.ts';

/** `secrets` are the values of the variables that the item names as secrets. */
export const startJob = ({ job, spec, stop }: AssignedJob, machine: Machine, secrets: Readonly<Record<string, string>> = {}): Promise<StartedJob> =>
  machine.start(
    given({
      job,
      argv: spec.command,
      env: plainEnv(spec.env),
      secrets,
      seed: spec.seed,
      requestJson: JSON.stringify(spec.request),
      payload: spec.payload,
      inputs: spec.inputs,
      limits: spec.limits,
      stop,
    }),
  );
