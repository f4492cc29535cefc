/**
 * Returns a key of the cluster file as advice names it, in backticks. Every key in a hint or in the failure guide goes through here, so that
 * `test/tidy/advice.test.ts` finds it and checks that the schema has it. A key within a key has a dot: `games.perItem`.
 */
export const clusterKey = (key: string): string => `\`${key}\``;
