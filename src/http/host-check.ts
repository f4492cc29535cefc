const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * A page of a stranger can make a browser send requests to 127.0.0.1 under the stranger's own name (DNS rebinding); then the Host header
 * says that name. Only names of this machine, and those the operator lists, are answered.
 */
export function isAllowedHost(header: string | undefined, more: readonly string[]): boolean {
  if (header === undefined) return false;
  const name = header.toLowerCase().replace(/:\d{1,5}$/, '');
  return loopback.has(name) || more.includes(name);
}
