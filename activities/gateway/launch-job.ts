import { Context } from '@temporalio/activity';
import type { StartedJob } from '../../src/domain/job/job.ts';
import { asUnstarted } from '../../src/domain/failure/proves-not-started.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { startJob } from '../node/start-job.ts';
import type { Home } from './home.ts';
import { resolveSecrets } from './resolve-secrets.ts';
import { shipJob } from './ship-job.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';

/**
 * Ships a job's files and starts it. If shipping fails in the activity's first attempt, the failure proves that the job was not started. In a later
 * attempt it proves nothing, because an earlier attempt may have started the job and lost the result.
 */
export async function launchJob(input: AssignedJob, machine: Machine, home: Home, signal: AbortSignal): Promise<StartedJob> {
  let secrets: Readonly<Record<string, string>>;
  try {
    secrets = resolveSecrets(input.spec, home);
    await shipJob(input.spec, machine, home, signal);
  } catch (error) {
    throw Context.current().info.attempt === 1 ? asUnstarted(error) : error;
  }
  return startJob(input, machine, secrets);
}
