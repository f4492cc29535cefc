/** Sleeps for a time. A sleep ends early when the signal aborts, and `sleepUntilWoken` also after a call of `wake`. */
export class Sleeper {
  #isWoken = false;
  #isAborted: boolean;
  #look = (): void => undefined;

  constructor(signal: AbortSignal) {
    this.#isAborted = signal.aborted;
    signal.addEventListener('abort', () => {
      this.#isAborted = true;
      this.#look();
    });
  }

  wake(): void {
    this.#isWoken = true;
    this.#look();
  }

  /** Calls of `wake` before this call end no sleep. */
  forgetWakes(): void {
    this.#isWoken = false;
  }

  sleep = (ms: number): Promise<void> => this.#sleep(ms, () => this.#isAborted);
  sleepUntilWoken = (ms: number): Promise<void> => this.#sleep(ms, () => this.#isAborted || this.#isWoken);

  async #sleep(ms: number, isOver: () => boolean): Promise<void> {
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, ms));
      this.#look = () => {
        if (!isOver()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#look = () => undefined;
  }
}
