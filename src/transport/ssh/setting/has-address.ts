import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sshLimits } from '../../limits.ts';
import { readSshSettings } from './ssh-settings.ts';

/** Returns whether a name has an address of any family. */
export async function hasAddress(name: string): Promise<boolean> {
  const found = lookup(name).then(
    () => true,
    () => false,
  );
  return Promise.race([found, sleep(sshLimits.lookUpMsMax, false, { ref: false })]);
}

/** Returns whether ssh can find a host of the user's files: its HostName has an address, or the host is behind another one, which looks it up. */
export async function isFound(host: string): Promise<boolean> {
  const settings = await readSshSettings(host, []).catch(() => undefined);
  if (settings === undefined) return false;
  const isBehind = [settings.one('proxyjump'), settings.one('proxycommand')].some((way) => way !== '' && way !== 'none');
  return isBehind || hasAddress(settings.one('hostname') || host);
}
