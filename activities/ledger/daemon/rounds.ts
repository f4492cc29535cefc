import { type LastRound, isNews, lastRoundOf, lookSlackMs } from '../../../src/domain/daemon/look.ts';
import { roundMs, type Worked } from '../../../src/domain/daemon/work.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { resultWithin } from '../../result-within.ts';
import { lookLimits } from '../../limits.ts';
import type { Duties } from '../dependencies.ts';

interface KnownRound extends LastRound {
  /** The memory that the round returned. */
  readonly returned: unknown;
}

/** A round that has not ended. */
interface OpenRound {
  readonly sinceMs: number;
  readonly end: Promise<void>;
}

/**
 * The rounds of the daemons in this process. A round that was cancelled or timed out may still be under way here. So a new round of the same daemon waits
 * for its end. A round that hangs may never end, so it is left behind: it only reads, and its result is dropped.
 */
export class Rounds {
  readonly #duties: Duties;
  readonly #steadyMs: () => number;
  readonly #underWay = new Map<string, OpenRound>();
  /** The number of rounds of each daemon that hang. */
  readonly #leftBehind = new Map<string, number>();
  readonly #last = new Map<string, KnownRound>();
  /** When each daemon had its last round or look. */
  readonly #atMs = new Map<string, number>();
  readonly #sinceMs: number;

  constructor(duties: Duties, steadyMs: () => number = () => performance.now()) {
    this.#duties = duties;
    this.#steadyMs = steadyMs;
    this.#sinceMs = steadyMs();
  }

  /** Does a round for the workflow of the daemon. */
  async work(daemon: string, memory: unknown, signal: AbortSignal | undefined): Promise<Worked> {
    const round = this.#roundOf(daemon);
    for (let last = this.#underWay.get(daemon); last !== undefined; last = this.#underWay.get(daemon)) {
      await this.#endOrHang(daemon, last, signal);
      signal?.throwIfAborted();
    }
    // A round that ends its process is not looked at again: only a round that succeeded in this process is compared with.
    this.#last.delete(daemon);
    const worked = await this.#begin(daemon, round, memory);
    signal?.throwIfAborted();
    this.#remember(daemon, worked);
    return worked;
  }

  /** Returns the daemons that were not looked at and had no round for their interval, and counts them as looked at. A round under way is awaited. */
  takeDue(): readonly string[] {
    const nowMs = this.#steadyMs();
    const due = this.#duties.rows.filter(
      ({ id, intervalMs }) =>
        this.#duties.rounds.has(id) && !this.#underWay.has(id) && nowMs - (this.#atMs.get(id) ?? this.#sinceMs) >= intervalMs + lookSlackMs,
    );
    for (const { id } of due) this.#atMs.set(id, nowMs);
    return due.map(({ id }) => id);
  }

  /**
   * Does a round without its steps. Returns undefined when the workflow of the daemon must do the round: the look found something new, failed or took
   * longer than `limitMs`, or this process has seen no round of the daemon.
   */
  async look(daemon: string, limitMs: number): Promise<Worked | undefined> {
    const last = this.#last.get(daemon);
    if (last === undefined) return undefined;
    try {
      const worked = await Promise.race([this.#begin(daemon, this.#roundOf(daemon), last.returned), abortOf(AbortSignal.timeout(limitMs))]);
      return worked === undefined || isNews(worked, last) ? undefined : worked;
    } catch {
      // The round of the workflow fails in the same way, and the lifecycle of the daemon decides what follows.
      return undefined;
    }
  }

  /**
   * Does the first round of a daemon, without its steps. Returns undefined when the workflow of the daemon must do the round itself: the round wanted a step or
   * another round soon, failed, or took longer than `limitMs`.
   */
  async first(daemon: string, limitMs: number): Promise<Worked | undefined> {
    if (this.#underWay.has(daemon)) return undefined;
    try {
      const worked = await Promise.race([this.#begin(daemon, this.#roundOf(daemon), undefined), abortOf(AbortSignal.timeout(limitMs))]);
      if (worked === undefined || isNews(worked, lastRoundOf(worked))) return undefined;
      this.#remember(daemon, worked);
      return worked;
    } catch {
      // The round of the workflow fails in the same way, and the lifecycle of the daemon decides what follows.
      return undefined;
    }
  }

  #remember = (daemon: string, worked: Worked): void => void this.#last.set(daemon, { ...lastRoundOf(worked), returned: worked.memory });

  #begin(daemon: string, round: (memory: unknown) => Promise<Worked>, memory: unknown): Promise<Worked> {
    const working = round(memory);
    const forget = (): void => {
      if (this.#underWay.get(daemon) !== open) this.#countLeft(daemon, -1);
      else {
        this.#underWay.delete(daemon);
        this.#atMs.set(daemon, this.#steadyMs());
      }
    };
    const open: OpenRound = { sinceMs: this.#steadyMs(), end: working.then(forget, forget) };
    this.#underWay.set(daemon, open);
    return working;
  }

  /** Waits for the end of a round, or until the round hangs and is left behind. */
  async #endOrHang(daemon: string, open: OpenRound, signal: AbortSignal | undefined): Promise<void> {
    const leftMs = Math.max(0, open.sinceMs + roundMs - this.#steadyMs());
    const isOver = Promise.race([open.end, abortOf(signal)]).then(() => true);
    if ((await resultWithin(leftMs, isOver)) === true) return;
    if ((this.#leftBehind.get(daemon) ?? 0) >= lookLimits.leftBehindMax) await Promise.race([open.end, abortOf(signal)]);
    else {
      this.#countLeft(daemon, 1);
      this.#underWay.delete(daemon);
    }
  }

  #countLeft(daemon: string, more: 1 | -1): void {
    this.#leftBehind.set(daemon, (this.#leftBehind.get(daemon) ?? 0) + more);
  }

  #roundOf(daemon: string): (memory: unknown) => Promise<Worked> {
    const round = this.#duties.rounds.get(daemon);
    if (round === undefined) throw noDuty(daemon);
    return round;
  }
}

const abortOf = (signal: AbortSignal | undefined): Promise<undefined> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(undefined), { once: true }));

const noDuty = (daemon: string): RingmasterError =>
  new RingmasterError('daemon.no-duty', {
    cannot: `work as ${daemon}`,
    because: 'this release has no duty for it',
    hint: { say: 'the same release for all processes', run: 'ringmaster up' },
    fields: { daemon },
  });
