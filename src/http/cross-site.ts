import type { IncomingHttpHeaders } from 'node:http';

/**
 * True when a page of another site, or of another port of this machine, caused the request. A browser says so in `Sec-Fetch-Site`, and an older browser
 * often in `Origin`. curl and our CLI send neither header. A person may still follow a link from another site to a page that is cheap to make.
 */
export function isFromAnotherSite(headers: IncomingHttpHeaders, isCostly: boolean): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site' || (origin !== undefined && origin !== `http://${host}`);
  if (!isForeign) return false;
  const isFollowedLink = origin === undefined && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isCostly || !isFollowedLink;
}
