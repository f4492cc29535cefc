/** Progress lines, often enough that nobody takes work for silence and seldom enough that they cost nothing. */
const intervalMs = 150;

export class Progress {
  private done = 0;
  private readonly of: number;
  private readonly phase: string;
  private toldMs = performance.now();

  /** Tells at once that nothing is done yet. */
  constructor(of: number, phase: string) {
    this.of = of;
    this.phase = phase;
    this.tell();
  }

  step(): void {
    this.done += 1;
    if (this.done < this.of && performance.now() - this.toldMs < intervalMs) return;
    this.toldMs = performance.now();
    this.tell();
  }

  private tell(): void {
    process.stdout.write(`${JSON.stringify({ done: this.done, of: this.of, phase: this.phase })}\n`);
  }
}
