import type { Link } from './link.ts';
import { fallBack } from '../fall-back.ts';
import type { LinkMemory } from '../link-memory.ts';
import { openMasterLink } from '../master/open-master-link.ts';
import { resolveSsh, type SshAddress } from '../ssh-config.ts';
import { sshConnect } from '../ssh2/ssh-connect.ts';

/**
 * Connects to a node by npm ssh2, or by the system's ssh when ssh2 cannot reach the host. Runs `ssh -G` for each connection, so that an edit of
 * `~/.ssh/config` takes effect without a restart. The memory of the node gets what was found.
 */
export async function openLink(node: string, clusterId: string, address: SshAddress, memory: LinkMemory = {}): Promise<Link> {
  const target = await resolveSsh(node, address);
  memory.target = target;
  const through = target.systemSsh ?? memory.systemSsh;
  try {
    const link = through === undefined ? await sshConnect(node, address, target) : await openMasterLink(node, clusterId, target, through);
    memory.userControlPath = undefined;
    return link;
  } catch (error) {
    memory.systemSsh = undefined;
    return fallBack(node, clusterId, target, memory, error);
  }
}
