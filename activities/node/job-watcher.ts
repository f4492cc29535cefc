import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRef } from '../../src/domain/ids.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import type { JobObservation } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';

type Listener = (seen: JobObservation | Error) => void;

interface Watched {
  readonly job: JobRef;
  readonly tell: Listener;
}

/** Jobs that are started together are looked at together, and so are those that end together. */
const gatherMs = 20;

/**
 * One watcher a node. A job is looked at once when its watch begins; then one look at all jobs waits on the node until one of them ends there, or for
 * `intervalMs`, and goes round again. A look renews the jobs (`selfFenceSeconds`). It rests while nobody watches.
 * A failed look is handed to all: unreachable is their news, not ours to judge.
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

  /** Answers the way to stop watching. */
  watch(job: JobRef, tell: Listener): () => void {
    const id = jobWorkflowId(job);
    const entry = { job, tell };
    this.#watched.set(id, entry);
    if (this.#fresh.add(entry).size === 1) setTimeout(() => void this.#greet(), Math.min(gatherMs, this.#intervalMs));
    return () => {
      this.#fresh.delete(entry);
      if (this.#watched.get(id) === entry) this.#watched.delete(id);
    };
  }

  async #greet(): Promise<void> {
    const fresh = [...this.#fresh];
    this.#fresh.clear();
    if (fresh.length > 0) await this.#look(fresh);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#watched.size > 0) {
      const isOk = await this.#look([...this.#watched.values()], this.#intervalMs);
      await sleep(isOk ? gatherMs : this.#intervalMs);
    }
    this.#running = false;
  }

  async #look(watched: readonly Watched[], waitMs?: number): Promise<boolean> {
    const jobs = watched.map(({ job }) => job);
    try {
      const seen = new Map((await this.#machine.look(jobs, waitMs)).map((one) => [jobWorkflowId(one.job), one]));
      for (const { job, tell } of watched) {
        const one = seen.get(jobWorkflowId(job));
        if (one !== undefined) tell(one);
      }
      return true;
    } catch (error) {
      for (const { tell } of watched) tell(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }
}
