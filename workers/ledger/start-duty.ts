import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { DutyName } from '../../src/domain/cluster/duty.ts';
import { writeDuty } from '../../src/storage/ledger/write-duty.ts';
import { workerLimits } from '../limits.ts';
import { DutyRun } from './duty-run.ts';

export interface DutyParts {
  /** Runs the work once in the duty's thread. Rejects when the thread dies, and when the run does not end in time. */
  readonly run: (task: unknown) => Promise<unknown>;
  /** Aborts when the duty is to end. */
  readonly signal: AbortSignal;
}

export interface DutyPlace {
  readonly state: string;
  readonly duty: DutyName;
  readonly script: URL;
  readonly name: string;
}

/**
 * Starts a duty of the ledger worker: a loop that runs one function in a thread of its own, again and again, so that no claim waits for it. `script` is
 * the file that exports the function `name`. The returned function ends the loop and the thread.
 */
export function startDuty({ state, duty, script, name }: DutyPlace, loop: (parts: DutyParts) => Promise<void>): () => Promise<void> {
  const ended = new AbortController();
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
    (task) => pool.run(task),
    (look) => writeDuty(state, look),
  );
  writeDuty(state, { name: duty });
  loop({ run: (task) => duties.run(task), signal: ended.signal }).catch((error: unknown) => {
    if (!ended.signal.aborted) console.error(error);
  });
  return async () => {
    ended.abort();
    // A thread that waits for a hung disk does not end.
    await Promise.race([pool.destroy(), sleep(workerLimits.dutyEndMsMax, undefined, { ref: false })]);
  };
}
