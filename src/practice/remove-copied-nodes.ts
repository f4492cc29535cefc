import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { keptPracticeNodes } from './practice-node.ts';

/** Returns the paths of the copies of practice nodes: their homes if these are in the folder, the notes beside the homes, and last their keys. */
export const copiedNodePaths = (root: string): readonly string[] =>
  keptPracticeNodes(root).flatMap((id) => ['', '.node', '.keys'].map((end) => join(root, `${id}${end}`)));

/**
 * Removes the copies of practice nodes from a copied state folder, and returns their ids. Ends no process and removes no user: these belong to the other
 * cluster, and the next start makes its own.
 */
export function removeCopiedNodes(root: string): readonly string[] {
  const ids = keptPracticeNodes(root);
  const paths = copiedNodePaths(root);
  // `rm` follows no link, also when a program puts one in place of a folder while `rm` is in it.
  if (paths.length > 0) execFileSync('rm', ['-rf', '--', ...paths], { stdio: ['ignore', 'pipe', 'pipe'] });
  return ids;
}
