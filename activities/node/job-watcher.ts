import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRef } from '../../src/domain/ids.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import type { JobObservation } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { watchLimits } from '../limits.ts';

type Listener = (seen: JobObservation | Error) => void;

interface Watched {
  readonly job: JobRef;
  /** Returns the position in the job's stdout up to which the listener knows the lines. */
  readonly readTo: () => number;
  readonly listener: Listener;
}

/**
 * Watches the jobs of one node. When the watch of a job begins, the watcher looks at that job once. Every later look at the node covers all watched
 * jobs. Such a look is a script on the node that ends when one of the jobs ends, and after `intervalMs` at the latest. Then the watcher begins the
 * next look. A look also renews the jobs (`selfFenceSeconds`).
 * The watcher makes no looks while no job is watched. When a look fails, every listener receives the error. When a look says nothing about one job,
 * only the listener of that job receives an error. The watcher does not judge the error.
 */
export class JobWatcher {
  readonly #machine: Machine;
  readonly #intervalMs: number;
  readonly #watched = new Map<string, Watched>();
  readonly #fresh = new Set<Watched>();
  #running = false;

  constructor(machine: Machine, intervalMs: number) {
    this.#machine = machine;
    this.#intervalMs = intervalMs;
  }

  /** Calls `listener` with the result of each look at this job. Returns a function that ends the watch. */
  watch({ job, readTo }: Pick<Watched, 'job' | 'readTo'>, listener: Listener): () => void {
    const id = jobWorkflowId(job);
    const entry = { job, readTo, listener };
    this.#watched.set(id, entry);
    if (this.#fresh.add(entry).size === 1) setTimeout(() => void this.#lookAtFresh(), Math.min(watchLimits.gatherMs, this.#intervalMs));
    return () => {
      this.#fresh.delete(entry);
      if (this.#watched.get(id) === entry) this.#watched.delete(id);
    };
  }

  async #lookAtFresh(): Promise<void> {
    const fresh = [...this.#fresh];
    this.#fresh.clear();
    if (fresh.length > 0) await this.#look(fresh);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#watched.size > 0) {
      const isOk = await this.#look([...this.#watched.values()], this.#intervalMs);
      await sleep(isOk ? watchLimits.gatherMs : this.#intervalMs);
    }
    this.#running = false;
  }

  async #look(watched: readonly Watched[], waitMs?: number): Promise<boolean> {
    const jobs = watched.map(({ job, readTo }) => ({ ...job, readTo: readTo() }));
    try {
      const seen = new Map((await this.#machine.look(jobs, waitMs)).map((one) => [jobWorkflowId(one.job), one]));
      for (const { job, listener } of watched) {
        const one = seen.get(jobWorkflowId(job));
        listener(one ?? new Error(`the look at ${this.#machine.node} says nothing about ${jobWorkflowId(job)}`));
      }
      return true;
    } catch (error) {
      for (const { listener } of watched) listener(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }
}
