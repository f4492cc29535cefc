import { writeFileSync } from 'node:fs';
import type { Worker } from '@temporalio/worker';
import { statePaths } from '../src/domain/cluster/state-paths.ts';

/**
 * The life of a worker process: run until TERM or INT, drain, close in reverse order, exit. Exit 0 after a stop that was asked for, 1 otherwise:
 * whoever supervises us (launcher, systemd) starts us again.
 */
export interface Life {
  readonly workers: readonly Worker[];
  /** Writes `<state>/run/<name>.ready` with our pid once all workers poll. */
  readonly ready?: { readonly state: string; readonly name: string };
  /** Closed after the workers, last first. */
  readonly closers: readonly (() => Promise<void> | void)[];
}

export async function runWorkers({ workers, ready, closers }: Life): Promise<never> {
  let asked = false;
  const stop = (): void => {
    if (asked) return;
    asked = true;
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const running = workers.map((worker) => worker.run());
  if (ready !== undefined) writeFileSync(statePaths(ready.state).ready(ready.name), `${process.pid}\n`);
  let failed = false;
  await Promise.all(
    running.map((run) =>
      run.catch((error: unknown) => {
        failed = true;
        console.error(error);
        stop();
      }),
    ),
  );
  for (const close of [...closers].reverse()) await close();
  process.exit(failed || !asked ? 1 : 0);
}
