import type { ClockStep } from '../../src/domain/cluster/watch.ts';
import { keeperLimits } from '../limits.ts';

/**
 * Notices steps of the machine's clock: it compares the clock with one that does not step. Limits of waits and losses count by a steady clock.
 * The retention counts from its removal time (`removal-time.ts`), which a step of more than a day does not move. The times that people read, and the
 * timers of the Temporal server, follow the clock. A machine that slept shows the same difference.
 */
export class ClockWatch {
  readonly #say: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #wallMs = Date.now();
  #steadyMs = performance.now();
  #step: { readonly stepMs: number; readonly atMs: number } | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
    this.#timer = setInterval(() => this.sample(Date.now(), performance.now()), keeperLimits.clockLookMs);
    this.#timer.unref();
  }

  sample(wallMs: number, steadyMs: number): void {
    const stepMs = wallMs - this.#wallMs - (steadyMs - this.#steadyMs);
    this.#wallMs = wallMs;
    this.#steadyMs = steadyMs;
    if (Math.abs(stepMs) < keeperLimits.clockStepMsMin) return;
    this.#step = { stepMs, atMs: steadyMs };
    this.#say(
      `the clock of this machine was set ${stepMs > 0 ? 'forward' : 'back'} by ${Math.round(Math.abs(stepMs) / 1_000)} s, or the machine slept`,
    );
  }

  /** Returns the last step, while it is recent. */
  look = (steadyMs: number = performance.now()): ClockStep | undefined =>
    this.#step === undefined || steadyMs - this.#step.atMs > keeperLimits.startedAgainShownMs
      ? undefined
      : { stepMs: this.#step.stepMs, agoMs: steadyMs - this.#step.atMs };

  close(): void {
    clearInterval(this.#timer);
  }
}
