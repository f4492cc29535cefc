import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';

export interface DutyParts {
  /** Runs the work once in the duty's thread. Rejects when the thread dies. */
  readonly run: (task: unknown) => Promise<unknown>;
  /** Aborts when the duty is to end. */
  readonly signal: AbortSignal;
}

/**
 * Starts a duty of the ledger worker: a loop that runs one function in a thread of its own, again and again, so that no claim waits for it. `script` is
 * the file that exports the function `name`. The returned function ends the loop and the thread.
 */
export function startDuty(script: URL, name: string, loop: (parts: DutyParts) => Promise<void>): () => Promise<void> {
  const ended = new AbortController();
  const pool = new Tinypool({
    runtime: 'worker_threads',
    filename: fileURLToPath(script),
    name,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 0,
  });
  loop({ run: (task) => pool.run(task), signal: ended.signal }).catch((error: unknown) => {
    if (!ended.signal.aborted) console.error(error);
  });
  return async () => {
    ended.abort();
    await pool.destroy();
  };
}
