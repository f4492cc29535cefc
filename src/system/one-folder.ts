import { statSync } from 'node:fs';

/** Returns true when both paths lead to one folder, also through a link or a mount. A path that leads to nothing leads to no folder but its own. */
export function leadToOneFolder(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    const [first, second] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })];
    return first.ino === second.ino && first.dev === second.dev;
  } catch {
    return false;
  }
}
