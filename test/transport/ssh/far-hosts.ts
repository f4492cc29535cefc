/** Starts a node behind a jump host, or a node that requires a certificate. The nodes have real sshds and the ssh configuration of an operator. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PracticeHost } from '../../support/practice-node.ts';
import { hostBlock, useSshConfig } from '../../support/ssh-config.ts';

export const blockOf = ({ node }: PracticeHost, name: string, more: Readonly<Record<string, string | number>> = {}): string =>
  hostBlock(name, {
    ...more,
    HostName: node.host,
    Port: node.port,
    User: node.user,
    IdentityFile: node.identityFile,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: node.knownHostsFile,
    GlobalKnownHostsFile: 'none',
  });

export interface Behind {
  readonly bastion: PracticeHost;
  readonly host: PracticeHost;
  readonly remove: () => Promise<readonly string[]>;
}

/** Starts a node and a jump host. `ssh behind` reaches the node by ProxyJump, `ssh tunnelled` by a ProxyCommand. */
export async function startBehind(folder: string, loginShell?: string): Promise<Behind> {
  const bastion = await PracticeHost.start('j', folder);
  const host = await PracticeHost.start('n', folder, { loginShell });
  const config = mkdtempSync(join(folder, 'config-'));
  const restore = useSshConfig(
    config,
    blockOf(bastion, 'bastion') +
      blockOf(host, 'behind', { ProxyJump: 'bastion' }) +
      blockOf(host, 'tunnelled', { ProxyCommand: `ssh -F ${join(config, 'ssh_config')} -W %h:%p bastion` }),
  );
  const remove = async (): Promise<readonly string[]> => {
    const leaks = await host.remove();
    restore();
    return [...leaks, ...(await bastion.remove())];
  };
  return { bastion, host, remove };
}

/** Starts a node that accepts no login key, only certificates of one authority. The certificate lies beside the identity file. */
export async function startCertified(folder: string, loginShell?: string): Promise<PracticeHost> {
  const host = await PracticeHost.start('c', folder, { loginShell });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', authorityOf(host)]);
  certify(host, '+1h');
  writeFileSync(host.node.authorizedKeys, '');
  appendFileSync(host.node.configFile, `TrustedUserCAKeys ${authorityOf(host)}.pub\n`);
  await host.killSshd();
  await host.startSshd();
  return host;
}

const authorityOf = ({ node }: PracticeHost): string => `${node.identityFile}-authority`;

/** Signs the node's login key for the given validity. */
export function certify(host: PracticeHost, validity: string): void {
  const { user, identityFile } = host.node;
  execFileSync('ssh-keygen', ['-q', '-s', authorityOf(host), '-I', 'ringmaster', '-n', user, '-V', validity, `${identityFile}.pub`]);
}
