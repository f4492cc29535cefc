/**
 * Returns a key of the cluster file in backticks, for use in advice. Every hint and the failure guide must call this function for a key, so that
 * `test/tidy/advice.test.ts` finds the key and checks that the schema has it. A key within a key has a dot: `games.perItem`.
 */
export const clusterKey = (key: string): string => `\`${key}\``;
