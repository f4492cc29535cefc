/**
 * For how long each thing has been seen, by a clock that does not step. The ages begin again with the process, so a restart can only make an age too
 * small.
 */
export class SteadyAges {
  readonly #nowMs: () => number;
  #sinceMs: ReadonlyMap<string, number> = new Map();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Returns the age of each of these things. A new thing has the age `firstMs` of it. A thing that is not among them is forgotten. */
  agesOf(keys: readonly string[], firstMs: (key: string) => number = () => 0): ReadonlyMap<string, number> {
    const nowMs = this.#nowMs();
    this.#sinceMs = new Map(keys.map((key) => [key, this.#sinceMs.get(key) ?? nowMs - firstMs(key)]));
    return new Map([...this.#sinceMs].map(([key, sinceMs]) => [key, nowMs - sinceMs]));
  }
}
