import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterIdentity } from '../domain/cluster/cluster-identity.ts';
import { allPids, environmentOf } from '../process/proc.ts';
import { identify, signal } from '../process/process-identity.ts';
import { ownerFile } from '../transport/node-folder.ts';
import { practiceFolder, type PracticeRequest, removePracticeNode } from './practice-node.ts';

/**
 * Removes the home of a practice node that a cluster with the same state folder made before, and ends that cluster's processes there. The homes of
 * practice nodes can lie outside the state folder, so they stay when a person removes the state folder by hand. The homes have the name of the state
 * folder, so no other cluster can own them.
 */
export async function removeForeignHome(request: PracticeRequest, owner: ClusterIdentity): Promise<void> {
  const folder = practiceFolder(request);
  if (!existsSync(folder)) return;
  const id = ownerOf(folder);
  if (id === owner.id || (id === '' && owner.isUpgraded)) return;
  request.log?.(`removes the home of an earlier cluster with this state folder${id === '' ? '' : `, ${id}`}`);
  if (id !== '')
    for (const pid of allPids()) {
      if (environmentOf(pid).get('RINGMASTER_MARK')?.startsWith(`${id}/`) !== true) continue;
      const identity = identify(pid);
      if (identity !== undefined) signal(identity, 'SIGKILL');
    }
  await removePracticeNode(request);
}

function ownerOf(folder: string): string {
  try {
    return readFileSync(join(folder, ownerFile), 'utf8').split('\n')[0] ?? '';
  } catch {
    return '';
  }
}
