/** Returns the parts of `item` or `item/epoch`. An id without an epoch names the newest job of the item. */
export function parseJobId(id: string): { readonly item: string; readonly epoch?: string } {
  const slash = id.indexOf('/');
  return slash < 0 ? { item: id } : { item: id.slice(0, slash), epoch: id.slice(slash + 1) };
}
