/**
 * Runs at most one step at a time for each key. The steps of a key run in the order of the calls. Copies use this class because two copies to the
 * same place would overwrite each other's temporary files.
 */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<unknown>>();

  async runExclusive<T>(key: string, step: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(step, step);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }

  /** Runs the step unless another one of the key runs or waits. Returns undefined when it did not run. */
  async runIfFree<T>(key: string, step: () => Promise<T>): Promise<T | undefined> {
    return this.#last.has(key) ? undefined : this.runExclusive(key, step);
  }
}
