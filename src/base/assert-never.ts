/** For the end of a switch over a closed union: the compiler complains when a member has no case. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
