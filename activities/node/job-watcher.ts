import type { JobRef } from '../../src/domain/ids.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import type { JobObservation } from '../../src/domain/job.ts';
import type { Machine } from '../../src/transport/machine.ts';

type Listener = (seen: JobObservation | Error) => void;

/**
 * One watcher a node: looks at all watched jobs in one round trip, every `intervalMs`, and hands each its observation. A look renews the jobs
 * (`selfFenceSeconds`). It rests while nobody watches. A failed look is handed to all: unreachable is their news, not ours to judge.
 */
export class JobWatcher {
  readonly #machine: Machine;
  readonly #intervalMs: number;
  readonly #listeners = new Map<string, { readonly job: JobRef; readonly tell: Listener }>();
  #running = false;

  constructor(machine: Machine, intervalMs: number) {
    this.#machine = machine;
    this.#intervalMs = intervalMs;
  }

  /** Answers the way to stop watching. */
  watch(job: JobRef, tell: Listener): () => void {
    const id = jobWorkflowId(job);
    const entry = { job, tell };
    this.#listeners.set(id, entry);
    if (!this.#running) void this.#run();
    return () => {
      if (this.#listeners.get(id) === entry) this.#listeners.delete(id);
    };
  }

  async #run(): Promise<void> {
    this.#running = true;
    // The first look waits a moment, so that jobs started together are looked at together.
    let restMs = Math.min(20, this.#intervalMs);
    while (this.#listeners.size > 0) {
      await new Promise((wake) => setTimeout(wake, restMs));
      restMs = this.#intervalMs;
      const watched = [...this.#listeners.values()];
      try {
        const seen = new Map((await this.#machine.look(watched.map(({ job }) => job))).map((one) => [jobWorkflowId(one.job), one]));
        for (const { job, tell } of watched) {
          const one = seen.get(jobWorkflowId(job));
          if (one !== undefined) tell(one);
        }
      } catch (error) {
        for (const { tell } of watched) tell(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#running = false;
  }
}
