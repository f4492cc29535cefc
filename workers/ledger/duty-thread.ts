import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { given } from '../../src/base/given.ts';
import type { DutyName } from '../../src/domain/cluster/duty.ts';
import { writeDuty } from '../../src/storage/ledger/write-duty.ts';
import { workerLimits } from '../limits.ts';
import { DutyRun } from './duty-run.ts';

export interface DutyThread {
  /** Runs the work once in the thread. Rejects when the thread dies, and when the run does not end in time. The signal ends the thread. */
  readonly run: (task: unknown, signal?: AbortSignal) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export interface DutyPlace {
  readonly state: string;
  readonly duty: DutyName;
  readonly script: URL;
  readonly name: string;
}

/** Opens a thread for a duty of the ledger worker, so that no claim waits for the duty. `script` is the file that exports the function `name`. */
export function openDutyThread({ state, duty, script, name }: DutyPlace): DutyThread {
  const pool = new Tinypool({
    runtime: 'worker_threads',
    filename: fileURLToPath(script),
    name,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 0,
  });
  const duties = new DutyRun(
    duty,
    (task, signal) => pool.run(task, given({ signal })),
    (look) => writeDuty(state, look),
  );
  writeDuty(state, { name: duty });
  return {
    run: (task, signal) => duties.run(task, signal),
    // A thread that waits for a hung disk does not end.
    close: () => Promise.race([pool.destroy(), sleep(workerLimits.dutyEndMsMax, undefined, { ref: false })]),
  };
}
