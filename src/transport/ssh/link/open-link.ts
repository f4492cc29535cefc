import type { Link } from './link.ts';
import { openMasterLink } from '../master/open-master-link.ts';
import { resolveSsh, type SshAddress } from '../ssh-config.ts';
import { sshConnect } from '../ssh2/ssh-connect.ts';

/** Asks `ssh -G` each time: an operator who has edited `~/.ssh/config` need not start anything again. */
export async function openLink(node: string, cluster: string, address: SshAddress): Promise<Link> {
  const target = await resolveSsh(address);
  if (target.systemSsh !== undefined) return openMasterLink(node, cluster, address, target, target.systemSsh);
  return sshConnect(node, address, target);
}
