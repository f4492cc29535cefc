import { RingmasterError } from '../../domain/failure/error.ts';

/**
 * Runs at most `runningMax` steps at the same time. Further steps wait in the order of their calls. At most `waitingMax` steps wait, each for at most
 * its own `waitMsMax`. A step that cannot wait or waited too long fails with `transport.busy`, so no caller hangs.
 */
export class ConcurrencyLimiter {
  #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  get runningMax(): number {
    return this.#runningMax;
  }

  /** Changes the limit. Steps that run go on, and further steps begin only within the new limit. */
  limitTo(runningMax: number): void {
    this.#runningMax = runningMax;
    for (const begin of [...this.#waiting].slice(0, Math.max(0, runningMax - this.#running))) {
      this.#running += 1;
      begin();
    }
  }

  async run<T>(waitMsMax: number, step: () => Promise<T>): Promise<T> {
    if (this.#running < this.#runningMax) this.#running += 1;
    else await this.#enqueue(waitMsMax);
    try {
      return await step();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined || this.#running > this.#runningMax) this.#running -= 1;
      else next();
    }
  }

  #enqueue(waitMsMax: number): Promise<void> {
    if (this.#waiting.size >= this.#waitingMax) return Promise.reject(busy(`${this.#waitingMax} requests are already waiting`));
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(begin);
        reject(busy(`${this.#runningMax} other requests did not end within ${waitMsMax} ms`));
      }, waitMsMax);
      this.#waiting.add(begin);
    });
  }
}

const busy = (because: string): RingmasterError =>
  new RingmasterError('transport.busy', { cannot: 'ask the node', because, hint: { say: 'again in a moment' } });
