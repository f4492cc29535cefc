/** Runs of a long activity, of which only the newest goes on. */
export class NewestRun {
  #stopLast = (): void => undefined;

  /** Ends the run before this one, and runs `work` with a signal that aborts after `maxMs`, with one of `ends`, or with the next run. */
  async run<T>(maxMs: number, ends: readonly (AbortSignal | undefined)[], work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#stopLast();
    const stop = new AbortController();
    const end = (): void => stop.abort();
    this.#stopLast = end;
    for (const one of ends) {
      one?.addEventListener('abort', end, { once: true });
      if (one?.aborted === true) end();
    }
    const timer = setTimeout(end, maxMs);
    try {
      return await work(stop.signal);
    } finally {
      clearTimeout(timer);
      for (const one of ends) one?.removeEventListener('abort', end);
    }
  }
}
