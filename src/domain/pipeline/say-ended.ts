/** Returns how far a stage is with its items, such as `3/6 items` or `3/6 items, 2 failed`. Only an item that completed counts as done. */
export function sayEnded(ended: readonly { readonly state: string }[], items: number): string {
  const done = ended.filter(({ state }) => state === 'completed').length;
  const failed = ended.length - done;
  return `${done}/${items} items${failed === 0 ? '' : `, ${failed} failed`}`;
}
