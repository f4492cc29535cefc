/** Finds in the output of a command the line that says how it went. */

/** Returns the demo's line about its turns and its champion. */
export const lastTurns = (output) => lastLike(output, /^\d+ turns in .*/gm);

/** Returns the last count of the tests. */
export const lastCount = (output) => lastLike(output, /^\d+ passed, \d+ failed$/gm);

const lastLike = (output, pattern) => output.match(pattern)?.at(-1) ?? '';
