import { treeLimits } from '../../limits.ts';

/** Why a symbolic link is not carried. Undefined: the link stays inside the tree. */
export type LinkFault = 'absolute-link' | 'link-outside' | 'link-loop';

/**
 * Returns why a link is not carried. The link is followed as the kernel follows it: a `..` after a link starts at the link's target. `links` has the
 * target of every link of the tree. A link to a name that the tree does not have stays inside when its path does.
 */
export function linkFault(path: string, links: ReadonlyMap<string, string>): LinkFault | undefined {
  const target = links.get(path) ?? '';
  if (target.startsWith('/')) return 'absolute-link';
  let at = path.split('/').slice(0, -1);
  const left = target.split('/');
  let followed = 1;
  while (left.length > 0) {
    const part = left.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length === 0) return 'link-outside';
      at = at.slice(0, -1);
      continue;
    }
    const next = [...at, part];
    const through = links.get(next.join('/'));
    if (through === undefined) {
      at = next;
      continue;
    }
    // The other link is refused as well, with its own name.
    if (through.startsWith('/')) return 'link-outside';
    followed += 1;
    if (followed > treeLimits.linksFollowedMax) return 'link-loop';
    left.unshift(...through.split('/'));
  }
  return undefined;
}
