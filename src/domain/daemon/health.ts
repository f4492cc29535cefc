/**
 * The health of a command daemon. A check asks the program again and again. Each question has one of three answers:
 *
 *   well     the command exits with 0; HTTP answers 200 to 399; the file is fresh
 *   unwell   the command exits with another code; HTTP answers anything else. The daemon is degraded, and goes on.
 *   silent   no answer in time, a refused connection, or a file that is stale. After `silentMax` silences in a row the program hangs, and is started again.
 *
 * A file is fresh when a look found it changed a short time ago. This time is counted by the seconds since the boot of the node, because a step of the node's
 * clock would make a file old that the program has just written, or keep a file fresh that it no longer writes. The node's clock counts only once: a file that
 * was there before the first look at a program that is not ready may be old.
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
  /** Present when the question was about a file that is there. */
  readonly file?: SeenFile;
}

/** A file as a look found it on its node. */
export interface FileLook {
  /** Another text after each change of the file. */
  readonly mark: string;
  readonly boot: string;
  readonly upSeconds: number;
  /** The age by the node's clock. It is negative when the clock was set back after the change. */
  readonly clockAgeSeconds: number;
}

/** The last change of a file, by the seconds since boot. */
export interface SeenFile extends Pick<FileLook, 'mark' | 'boot'> {
  readonly changedAtSeconds: number;
}

/** The facts that a watcher remembers from one answer to the next. */
export interface HealthMemory {
  readonly isReady: boolean;
  readonly silences: number;
  /** The time without a first good answer. */
  readonly waitedMs: number;
  /** The last change of the file. Absent before the first look at it, and for another question. */
  readonly file?: SeenFile;
}

export interface HealthVerdict {
  readonly memory: HealthMemory;
  /** Absent while the program is not ready. */
  readonly health?: { readonly healthy: boolean; readonly message: string };
  /** Present when the program hangs. */
  readonly hangs?: string;
}

export const freshHealth = (isReady: boolean): HealthMemory => ({ isReady, silences: 0, waitedMs: 0 });

/** The health of a program without a check. */
export const runsOn = (node: string): { readonly healthy: true; readonly message: string } => ({
  healthy: true,
  message: `its program runs on ${node}`,
});

/** Returns the answer of a look at the file of a question. */
export function fileAnswer(
  { mark, boot, upSeconds, clockAgeSeconds }: FileLook,
  { path, freshMs }: Pick<Extract<HealthQuestion, { readonly type: 'file' }>, 'path' | 'freshMs'>,
  { file: before, isReady }: HealthMemory,
): HealthAnswer {
  const isKnown = before?.mark === mark && before.boot === boot;
  const ageAtFirst = before === undefined && !isReady ? Math.max(0, clockAgeSeconds) : 0;
  const changedAtSeconds = isKnown ? before.changedAtSeconds : upSeconds - ageAtFirst;
  const ageMs = (upSeconds - changedAtSeconds) * 1_000;
  const file = { mark, boot, changedAtSeconds };
  return ageMs <= freshMs
    ? { type: 'well', says: `${path} is fresh`, file }
    : { type: 'silent', says: `${path} has not changed for ${Math.round(ageMs / 1_000)} s (limit ${freshMs / 1_000} s)`, file };
}

/** Returns the verdict on an answer. `passedMs` is the time since the last answer, or since the start. */
export function judgeHealth(
  answer: HealthAnswer,
  memory: HealthMemory,
  { silentMax, readyWithinMs, passedMs }: Pick<HealthCheck, 'silentMax'> & { readonly readyWithinMs: number; readonly passedMs: number },
): HealthVerdict {
  const { type, says } = answer;
  const before: HealthMemory = answer.file === undefined ? memory : { ...memory, file: answer.file };
  if (type === 'well') return { memory: { ...before, isReady: true, silences: 0, waitedMs: 0 }, health: { healthy: true, message: says } };
  if (!before.isReady) {
    const waitedMs = before.waitedMs + passedMs;
    const waiting = { ...before, waitedMs };
    return waitedMs < readyWithinMs ? { memory: waiting } : { memory: waiting, hangs: `it was not ready after ${readyWithinMs / 1_000} s: ${says}` };
  }
  if (type === 'unwell') return { memory: { ...before, silences: 0 }, health: { healthy: false, message: says } };
  const silences = before.silences + 1;
  const silent = { ...before, silences };
  if (silences >= silentMax) return { memory: silent, hangs: `its health check got no answer ${silences} times in a row: ${says}` };
  return { memory: silent, health: { healthy: false, message: `${says} (${silences} of ${silentMax} times)` } };
}
