/** Compares versions of Node.js on a node with the range that `engines` in package.json names. */

/** A program `node` that was found on a node. The version is `-` when the program does not print one. */
export interface FoundNode {
  readonly version: string;
  readonly path: string;
  /** True for the program that the login finds on its PATH, and for the program that the cluster file names. */
  readonly isFirst: boolean;
}

const numbersOf = (version: string): readonly number[] => (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Returns whether a version is at least another: `2.36` is at least `2.18`. */
export const isAtLeast = (version: string, least: string): boolean => /\d/.test(version) && compare(numbersOf(version), numbersOf(least)) >= 0;

/** Returns the oldest version of a range such as `>=20.19` or `^22.12 || >=24`. A version above the range is not refused: newer ones usually work. */
export const leastOf = (range: string): string =>
  range
    .split('||')
    .map((part) => part.trim())
    .toSorted((a, b) => compare(numbersOf(a), numbersOf(b)))[0] ?? range;

/** Returns the program to use: the first one if it is new enough, else the newest that is. Returns undefined when none is new enough. */
export function bestNode(found: readonly FoundNode[], range: string): FoundNode | undefined {
  const fitting = found.filter(({ version }) => isAtLeast(version, leastOf(range)));
  return fitting.find(({ isFirst }) => isFirst) ?? fitting.toSorted((a, b) => compare(numbersOf(b.version), numbersOf(a.version)))[0];
}
