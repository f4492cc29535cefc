/**
 * The time between two progress lines. It is short enough that the job never counts as silent, and long enough that the lines cost almost nothing.
 */
const intervalMs = 150;

export class Progress {
  private done = 0;
  private readonly of: number;
  private readonly phase: string;
  private reportedAtMs = performance.now();

  /** Prints the first progress line at once, before any work is done. */
  constructor(of: number, phase: string) {
    this.of = of;
    this.phase = phase;
    this.report();
  }

  step(): void {
    this.done += 1;
    if (this.done < this.of && performance.now() - this.reportedAtMs < intervalMs) return;
    this.reportedAtMs = performance.now();
    this.report();
  }

  private report(): void {
    process.stdout.write(`${JSON.stringify({ done: this.done, of: this.of, phase: this.phase })}\n`);
  }
}
