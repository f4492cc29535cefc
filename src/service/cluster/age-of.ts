/**
 * Measures the age of the newest evidence. Evidence carries the time of the machine's clock, and a step of that clock would make new evidence look old, or
 * old evidence look new for hours. So as soon as this process has seen the evidence change, it bounds the age with a clock that does not step. The caller
 * must look at least every `lookMs`, also when no client asks.
 */
export class AgeOf {
  readonly #lookMs: number;
  #last: { readonly atMs: number; readonly seenMs: number; readonly hasChanged: boolean } | undefined;

  constructor(lookMs: number) {
    this.#lookMs = lookMs;
  }

  /** Returns the age of the evidence of `atMs`, or undefined when there is no evidence. */
  ageMs(atMs: number | undefined, nowMs: number = Date.now(), steadyMs: number = performance.now()): number | undefined {
    if (atMs === undefined) return undefined;
    if (this.#last?.atMs !== atMs) this.#last = { atMs, seenMs: steadyMs, hasChanged: this.#last !== undefined };
    const { seenMs, hasChanged } = this.#last;
    const heldMs = steadyMs - seenMs;
    return Math.max(heldMs, hasChanged ? Math.min(nowMs - atMs, heldMs + this.#lookMs) : nowMs - atMs);
  }
}
