import type { Link } from './link.ts';
import { openMasterLink } from '../master/open-master-link.ts';
import { resolveSsh, type SshAddress } from '../ssh-config.ts';
import { sshConnect } from '../ssh2/ssh-connect.ts';

/**
 * Connects to a node by npm ssh2, or by the system's ssh when ssh2 cannot reach the host. Runs `ssh -G` for each connection, so that an edit of
 * `~/.ssh/config` takes effect without a restart.
 */
export async function openLink(node: string, clusterId: string, address: SshAddress): Promise<Link> {
  const target = await resolveSsh(address);
  if (target.systemSsh !== undefined) return openMasterLink(node, clusterId, address, target, target.systemSsh);
  return sshConnect(node, address, target);
}
