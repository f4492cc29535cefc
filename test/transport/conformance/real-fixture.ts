import type { StartedJob } from '../../../src/domain/job/job.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { processes } from '../../support/processes.ts';
import type { MachineFixture } from './machine-harness.ts';

/** Kills the job and its supervisor at once, as the kernel can when memory is short, so that the end of the job is not recorded. */
async function killWithoutRecord(_job: unknown, { pid }: StartedJob): Promise<void> {
  const supervisor = processes().find((one) => one.pid === pid)?.ppid;
  if (supervisor === undefined) throw new Error(`job ${pid} has no supervisor`);
  process.kill(supervisor, 'SIGKILL');
  process.kill(-pid, 'SIGKILL');
}

/** Returns the fixture of a node with an operating system. */
export function realFixture(open: () => Machine, remove: MachineFixture['remove']): MachineFixture {
  const opened: Machine[] = [];
  const another = (): Machine => {
    const machine = open();
    opened.push(machine);
    return machine;
  };
  const machine = another();
  const close = async (): Promise<void> => void (await Promise.all(opened.splice(0).map((one) => one.close())));
  const writeFile = (path: string, data: Buffer | string): Promise<void> => writeOnNode(machine, path, data);
  return { machine, another, writeFile, killWithoutRecord, hasProcesses: true, close, remove };
}
