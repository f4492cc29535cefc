import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { keptPracticeNodes } from './practice-node.ts';

/**
 * Removes the copies of practice nodes from a copied state folder: their keys, the notes beside their homes, and their homes if these are in the folder.
 * Ends no process and removes no user: these belong to the other cluster, and the next start makes its own.
 */
export function removeCopiedNodes(root: string): void {
  const paths = keptPracticeNodes(root).flatMap((id) => ['', '.node', '.keys'].map((end) => join(root, `${id}${end}`)));
  // `rm` follows no link, also when a program puts one in place of a folder while `rm` is in it.
  if (paths.length > 0) execFileSync('rm', ['-rf', '--', ...paths], { stdio: ['ignore', 'pipe', 'pipe'] });
}
