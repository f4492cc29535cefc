/**
 * The health of a command daemon. A check asks the program again and again. Each question has one of three answers:
 *
 *   well     the command exits with 0; HTTP answers 200 to 399; the file is fresh
 *   unwell   the command exits with another code; HTTP answers anything else. The daemon is degraded, and goes on.
 *   silent   no answer in time, a refused connection, or a file that is stale. After `silentMax` silences in a row the program hangs, and is started again.
 *
 * A daemon starts until the first good answer. It hangs when there is none within `readyWithinMs`. Without a check, a program that runs is well.
 */

/** The questions. `file` is relative to the folder in which the program runs. */
export type HealthQuestion =
  | { readonly type: 'command'; readonly command: readonly string[] }
  | { readonly type: 'http'; readonly url: string }
  | { readonly type: 'file'; readonly path: string; readonly freshMs: number };

export interface HealthCheck {
  readonly question: HealthQuestion;
  readonly everyMs: number;
  /** A question without an answer in this time is a silence. The way to the node counts too. */
  readonly withinMs: number;
  readonly silentMax: number;
}

export interface HealthAnswer {
  readonly type: 'well' | 'unwell' | 'silent';
  /** The answer, as a clause. */
  readonly says: string;
}

/** The facts that a watcher remembers from one answer to the next. */
export interface HealthMemory {
  readonly isReady: boolean;
  readonly silences: number;
  /** The time without a first good answer. */
  readonly waitedMs: number;
}

export interface HealthVerdict {
  readonly memory: HealthMemory;
  /** Absent while the program is not ready. */
  readonly health?: { readonly healthy: boolean; readonly message: string };
  /** Present when the program hangs. */
  readonly hangs?: string;
}

export const freshHealth = (isReady: boolean): HealthMemory => ({ isReady, silences: 0, waitedMs: 0 });

/** Returns the verdict on an answer. `passedMs` is the time since the last answer, or since the start. */
export function judgeHealth(
  answer: HealthAnswer,
  before: HealthMemory,
  { silentMax, readyWithinMs, passedMs }: Pick<HealthCheck, 'silentMax'> & { readonly readyWithinMs: number; readonly passedMs: number },
): HealthVerdict {
  const { type, says } = answer;
  if (type === 'well') return { memory: { isReady: true, silences: 0, waitedMs: 0 }, health: { healthy: true, message: says } };
  if (!before.isReady) {
    const waitedMs = before.waitedMs + passedMs;
    const memory = { ...before, waitedMs };
    return waitedMs < readyWithinMs ? { memory } : { memory, hangs: `it was not ready after ${readyWithinMs / 1_000} s: ${says}` };
  }
  if (type === 'unwell') return { memory: { ...before, silences: 0 }, health: { healthy: false, message: says } };
  const silences = before.silences + 1;
  const memory = { ...before, silences };
  if (silences >= silentMax) return { memory, hangs: `its health check got no answer ${silences} times in a row: ${says}` };
  return { memory, health: { healthy: false, message: `${says} (${silences} of ${silentMax} times)` } };
}
