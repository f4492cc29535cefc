import { expect, test } from 'vitest';

/** True when the tests run as root. Some of them need a right that only root has. */
export const isRoot = process.getuid?.() === 0;

/** Makes a test whose name says what the file does not test without root. As root there is no such test, because a skipped test would look like a claim. */
export function refusedWithoutRoot(what: string): void {
  test.each(isRoot ? [] : [what])('REFUSED: %s is not tested, because only root can do so', () => {
    console.warn(`run this file as root: ${what} is not tested here`);
    expect(isRoot).toBe(false);
  });
}
