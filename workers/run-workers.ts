import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { statePaths } from '../src/domain/cluster/state-paths.ts';
import { errorText } from '../src/domain/failure/error.ts';
import { workerLimits } from './limits.ts';
import { logOf } from '../src/telemetry/log.ts';

export interface Life {
  readonly workers: readonly Worker[];
  /**
   * The name of the process. When all workers poll and `after` has resolved, the pid is written to the ready file of this process. A node's worker has no ready
   * file.
   */
  readonly ready?: { readonly state: string; readonly name: string; readonly after?: Promise<void> };
  /** Called when the process is to stop, before the workers are drained. */
  readonly onStop?: () => void;
  /** After the workers have stopped, these functions are called in reverse order. */
  readonly closers: readonly (() => Promise<void> | void)[];
}

/**
 * Runs a worker process until it receives TERM or INT. Then drains the workers, calls the closers in reverse order, and exits. The exit code is 0
 * after a requested stop and 1 otherwise. After exit code 1 the supervisor (the launcher or systemd) starts the process again.
 */
export async function runWorkers({ workers, ready, onStop, closers }: Life): Promise<never> {
  let isStopRequested = false;
  const stop = (): void => {
    if (isStopRequested) return;
    isStopRequested = true;
    onStop?.();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const running = workers.map((worker) => worker.run());
  if (ready !== undefined) void (ready.after ?? Promise.resolve()).then(() => writeReadyFile(statePaths(ready.state).ready(ready.name)));
  let hasFailed = false;
  await Promise.all(
    running.map((run) =>
      run.catch((error: unknown) => {
        hasFailed = true;
        logOf('temporal').fatal({ err: error }, 'a worker ended');
        stop();
      }),
    ),
  );
  for (const close of [...closers].reverse()) await close();
  process.exit(hasFailed || !isStopRequested ? 1 : 0);
}

/** Writes the ready file, and tries again when the disk refuses: a worker that works must not end because it cannot say so. */
async function writeReadyFile(file: string): Promise<void> {
  for (let isSaid = false; ; isSaid = true) {
    try {
      writeFileSync(file, `${process.pid}\n`);
      return;
    } catch (error) {
      if (!isSaid) logOf('temporal').error(`cannot write ${file} (${errorText(error)}); it is tried again`);
      await sleep(workerLimits.readyFilePauseMs, undefined, { ref: false });
    }
  }
}
