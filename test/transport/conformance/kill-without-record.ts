import type { StartedJob } from '../../../src/domain/job/job.ts';
import { processes } from '../../support/processes.ts';

/** As the kernel would under memory pressure: the job and its supervisor at once, so that nobody writes down how it ended. */
export async function killWithoutRecord(_job: unknown, { pid }: StartedJob): Promise<void> {
  const supervisor = processes().find((one) => one.pid === pid)?.ppid;
  if (supervisor === undefined) throw new Error(`job ${pid} has no supervisor`);
  process.kill(supervisor, 'SIGKILL');
  process.kill(-pid, 'SIGKILL');
}
