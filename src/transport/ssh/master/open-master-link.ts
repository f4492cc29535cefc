import { rm } from 'node:fs/promises';
import { closeControl, controlPath, makeControlFolder } from '../control-socket.ts';
import { connectLimiter, connectWaitMsMax } from '../connect-limiter.ts';
import type { Link } from '../link/link.ts';
import type { SshAddress, SshTarget } from '../ssh-config.ts';
import { enterProxyMode } from './enter-proxy-mode.ts';
import { muxLink } from './mux-link.ts';
import { startMaster } from './start-master.ts';

/**
 * A connection made by the system's ssh. The master holds the connection; we hold its socket, in proxy mode, so that a command costs no process here and
 * its end is told as exactly as by ssh2. A master that nobody holds ends by itself, and sooner by `closeLeftoverControls`.
 */
export async function openMasterLink(node: string, cluster: string, address: SshAddress, target: SshTarget, through: string): Promise<Link> {
  return connectLimiter(target).run(connectWaitMsMax, async () => {
    const folder = makeControlFolder(cluster);
    const release = await startMaster(node, address, target, controlPath(folder)).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const end = (): Promise<void> => closeControl(folder, address.host).finally(release);
    try {
      return muxLink(await enterProxyMode(node, controlPath(folder)), through, end);
    } catch (error) {
      await end();
      throw error;
    }
  });
}
