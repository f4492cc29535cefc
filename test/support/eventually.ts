import { setTimeout as sleep } from 'node:timers/promises';

/** The default limit suffices on a busy machine. */
const limitMsDefault = 20_000;
const pollMs = 50;

export interface Patience {
  readonly limitMs?: number;
  readonly everyMs?: number;
  /** Returns a text that is added to the error when the time is up. */
  readonly lastSeen?: () => string;
}

/** Calls `look` again and again, in real time. Returns the first value that is neither undefined nor false. Throws when the time is up. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  patience: Patience = {},
): Promise<T> {
  const { limitMs = limitMsDefault, everyMs = pollMs, lastSeen } = patience;
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline)
      throw new Error(`Waited ${limitMs} ms in vain for ${what}${lastSeen === undefined ? '' : `; last seen: ${lastSeen()}`}`);
    await sleep(everyMs);
  }
}

/**
 * Calls `ask` again and again until `isRight` accepts the answer, and returns the accepted answer. When the time is up, throws an error that contains
 * the last answer.
 */
export async function until<T>(ask: () => T | Promise<T>, isRight: (answer: T) => boolean, limitMs = limitMsDefault): Promise<T> {
  let last: T | undefined;
  const { answer } = await eventually(
    'the right answer',
    async () => {
      const now = await ask();
      last = now;
      return isRight(now) && { answer: now };
    },
    { limitMs, lastSeen: () => JSON.stringify(last) },
  );
  return answer;
}
