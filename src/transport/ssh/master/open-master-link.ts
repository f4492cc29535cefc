import { rm } from 'node:fs/promises';
import { sshLimits } from '../../limits.ts';
import { closeControl, controlPath, makeControlFolder } from '../control-socket.ts';
import { connectLimiter } from '../connect-limiter.ts';
import type { Forward, Link } from '../link/link.ts';
import type { SshTarget } from '../ssh-config.ts';
import { enterProxyMode } from './enter-proxy-mode.ts';
import { forwardOnMaster } from './forward-on-master.ts';
import { withBoundedForward } from './bounded-forward.ts';
import { muxLink } from './mux-link.ts';
import { startMaster } from './start-master.ts';

/**
 * Connects by the system's ssh and returns the link. The master process holds the connection, and we hold the master's socket in proxy mode. A
 * command therefore needs no process on this machine, and its exit status and signal arrive just as exactly as with npm ssh2. When our process is
 * killed, its master ends by itself after `masterPersistSeconds`, or earlier by `closeLeftoverControls`.
 */
export async function openMasterLink(node: string, clusterId: string, target: SshTarget, through: string): Promise<Link> {
  return connectLimiter(target).run(sshLimits.connectWaitMsMax, async () => {
    const folder = makeControlFolder(clusterId);
    const release = await startMaster(node, target, controlPath(folder)).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const end = (): Promise<void> => closeControl(folder).finally(release);
    try {
      const socket = await enterProxyMode(node, controlPath(folder));
      const forward: Link['forward'] = (request) => forwardOnMaster(controlPath(folder), target.name, request);
      return withBoundedForward(muxLink(socket, { through, forward, end, env: target.env }));
    } catch (error) {
      await end();
      throw error;
    }
  });
}

/** Returns a link through a master that the user has opened. The master stays when the link is closed, and our forwards on it end. */
export async function openUserMasterLink(node: string, { name, env }: SshTarget, path: string): Promise<Link> {
  const forwards: Forward[] = [];
  const link = muxLink(await enterProxyMode(node, path), {
    through: `controlpath ${path}`,
    forward: async (request) => {
      const forward = await forwardOnMaster(path, name, request);
      if (forward !== 'refused') forwards.push(forward);
      return forward;
    },
    end: async () => void (await Promise.all(forwards.map((forward) => forward.stop()))),
    env,
  });
  return withBoundedForward(link);
}
