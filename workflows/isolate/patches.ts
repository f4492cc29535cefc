/**
 * The changes of workflow code that a running workflow must not see in the middle of its life. Each is asked for with `patched(patches.<name>)`, and the
 * old branch stays. A workflow that was started before the change replays the old branch.
 */
export const patches = {
  /** A stage reads its items in parts of bounded size, and less often the longer it waits. */
  boundedReads: 'bounded-reads',
} as const;
