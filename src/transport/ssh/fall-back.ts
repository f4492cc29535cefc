import { readdir } from 'node:fs/promises';
import { RingmasterError } from '../../domain/failure/error.ts';
import { ownUid } from '../../system/own-user.ts';
import type { Link } from './link/link.ts';
import type { LinkMemory } from './link-memory.ts';
import { openMasterLink, openUserMasterLink } from './master/open-master-link.ts';
import type { SshTarget } from './ssh-config.ts';

/**
 * Connects in a way in which `ssh HOST true` still works when the usual way has failed: by an algorithm or a Kerberos ticket that only the system's
 * ssh can use, or through a master that the user has opened (ControlPath). Rejects with the failure of the usual way when no other way works.
 */
export async function fallBack(node: string, clusterId: string, target: SshTarget, memory: LinkMemory, error: unknown): Promise<Link> {
  const through = target.systemSsh === undefined ? await whyOnlySystemSsh(target, error) : undefined;
  if (through !== undefined) {
    const link = await openMasterLink(node, clusterId, target, through).catch((failure: unknown) => {
      // The words of ssh name what npm ssh2 cannot: the algorithms of the host.
      if (isLacking(error)) throw failure;
      return undefined;
    });
    if (link !== undefined) {
      memory.systemSsh = through;
      return link;
    }
  }
  const isRefused = error instanceof RingmasterError && error.code === 'transport.authentication';
  if (!isRefused || target.userControlPath === undefined) throw error;
  const link = await openUserMasterLink(node, target, target.userControlPath).catch(() => undefined);
  if (link === undefined) throw error;
  memory.userControlPath = target.userControlPath;
  return link;
}

const isLacking = (error: unknown): boolean => error instanceof RingmasterError && error.fields['lacks'] !== undefined;

/** Returns why the system's ssh may log in although npm ssh2 cannot, or undefined when it would fail as well. */
async function whyOnlySystemSsh({ usesKerberos }: SshTarget, error: unknown): Promise<string | undefined> {
  if (!(error instanceof RingmasterError)) return undefined;
  if (isLacking(error)) return `${String(error.fields['lacks'])} that npm ssh2 lacks`;
  return error.code === 'transport.authentication' && usesKerberos && (await hasTicket()) ? 'a Kerberos ticket' : undefined;
}

/** Returns whether this user may have a Kerberos ticket. Without one, a second login would only be refused again. */
async function hasTicket(): Promise<boolean> {
  if (process.env['KRB5CCNAME'] !== undefined) return true;
  const names = await readdir('/tmp').catch(() => []);
  return names.some((name) => name.startsWith(`krb5cc_${ownUid()}`));
}
