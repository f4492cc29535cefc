/** A file with tests, and the name of the test, or of its row, that follows a hint. */
type Follower = readonly [file: string, name: string];

/** Returns a function that makes the followers in one file of tests. */
export const inFile =
  (file: string) =>
  (name: string): Follower => [`test/${file}.test.ts`, name];

/** The follower of each hint of a source, by the path of the source and the name of the hint (`test/support/hints-in.ts`). */
export type Followed = Readonly<Record<string, Readonly<Record<string, Follower>>>>;
