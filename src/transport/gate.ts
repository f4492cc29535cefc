import { RingmasterError } from '../domain/failure.ts';

/** At most `open` at once; the others wait in order, at most `waitingMax` of them. */
export class Gate {
  readonly #open: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(open: number, waitingMax: number) {
    this.#open = open;
    this.#waitingMax = waitingMax;
  }

  async through<T>(step: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#open) {
      if (this.#waiting.length >= this.#waitingMax) {
        throw new RingmasterError('transport.busy', { cannot: 'ask the node', because: `${this.#waitingMax} requests are waiting already`, hint: 'again in a moment' });
      }
      await new Promise<void>((enter) => this.#waiting.push(enter));
    } else this.#inside += 1;
    try {
      return await step();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }
}

const unfinishedConnectsMax = 5;
const gates = new Map<string, Gate>();

/** A default sshd drops unauthenticated connections from the tenth on (MaxStartups 10:30:100); five at a time never meet that (ssh.md §6). */
export function connectGate(host: string, port: number): Gate {
  const key = `${host}:${port}`;
  const gate = gates.get(key) ?? new Gate(unfinishedConnectsMax, 10_000);
  gates.set(key, gate);
  return gate;
}
