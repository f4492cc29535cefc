const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * True when the Host header names this machine or a host of `more`. A foreign web page can make a browser send requests to 127.0.0.1 under the page's
 * own host name (DNS rebinding). The Host header of such a request has the page's host name, so the request is refused.
 */
export function isAllowedHost(header: string | undefined, more: readonly string[]): boolean {
  if (header === undefined) return false;
  const name = header.toLowerCase().replace(/:\d{1,5}$/, '');
  return loopback.has(name) || more.includes(name);
}
