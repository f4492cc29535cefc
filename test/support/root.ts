import { expect, test } from 'vitest';

/** True when the tests run as root. Some of them need a right that only root has. */
export const isRoot = process.getuid?.() === 0;

/**
 * Makes a row that is skipped without root, and says why the tests of its file are skipped. The last lines of a run name each skipped test
 * (`reporter.ts`). As root there is no such row.
 */
export function refusedWithoutRoot(what: string): void {
  test.runIf(isRoot).each(isRoot ? [] : [what])('only root can test this: %s', () => expect(isRoot).toBe(true));
}
