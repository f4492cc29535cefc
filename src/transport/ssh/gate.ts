import { RingmasterError } from '../../domain/failure/failure.ts';

/** At most `open` at once; the others wait in order, at most `waitingMax` of them and each at most `waitMsMax`: nothing hangs here. */
export class Gate {
  readonly #open: number;
  readonly #waitingMax: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(open: number, waitingMax: number) {
    this.#open = open;
    this.#waitingMax = waitingMax;
  }

  async through<T>(waitMsMax: number, step: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#open) this.#inside += 1;
    else await this.#turn(waitMsMax);
    try {
      return await step();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }

  #turn(waitMsMax: number): Promise<void> {
    if (this.#waiting.size >= this.#waitingMax) return Promise.reject(busy(`${this.#waitingMax} requests are waiting already`));
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(enter);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(enter);
        reject(busy(`${this.#open} others were not done within ${waitMsMax} ms`));
      }, waitMsMax);
      this.#waiting.add(enter);
    });
  }
}

const busy = (because: string): RingmasterError =>
  new RingmasterError('transport.busy', { cannot: 'ask the node', because, hint: 'again in a moment' });

const unfinishedConnectsMax = 5;
export const gateWaitMsMax = 20_000;
const gates = new Map<string, Gate>();

/**
 * A default sshd drops unauthenticated connections from the tenth on (MaxStartups 10:30:100); five at a time never meet that (ssh.md §6). Hosts behind
 * the same jump host share its door.
 */
export function connectGate({ host, port, via }: { readonly host: string; readonly port: number; readonly via: string | undefined }): Gate {
  const key = via ?? `${host}:${port}`;
  const gate = gates.get(key) ?? new Gate(unfinishedConnectsMax, 10_000);
  gates.set(key, gate);
  return gate;
}
