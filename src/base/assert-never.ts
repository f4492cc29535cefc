/** Throws an error. The call stands at the end of a switch over a closed union, so that the compiler reports a member without a case. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
