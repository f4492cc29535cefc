/**
 * Keeps a tunnel from the loopback of a node to the Temporal server at home. sshd listens on the node, and the link of the commands carries the
 * connections. The tunnel is made again with each new link.
 *
 *   away → (a new link) opening → open → (the link ends) away
 *                       opening → failed → (`open` is called) opening, on a link of its own, or (a new link) opening
 *
 * sshd reads its settings when a connection begins. So after a failure `open` tries a new link: the link of the commands would be refused again after
 * the settings were mended. The new tunnel first asks for the port of the one before, so that the worker keeps its port where possible. A port of a
 * connection that sshd has not yet given up is refused, and sshd then chooses another port. The worker reads the port for each connection, so it needs no
 * restart.
 */
import { randomBytes } from 'node:crypto';
import { given } from '../../../base/given.ts';
import { toFailureRecord } from '../../../domain/failure/to-failure-record.ts';
import type { ServerPort } from '../../../domain/node/server-route.ts';
import type { FailureRecord } from '../../../domain/failure/record.ts';
import { commandLimits, tunnelLimits } from '../../limits.ts';
import type { Machine } from '../../machine.ts';
import { tunnelFile } from '../../node-folder.ts';
import { programs } from '../../script/programs.ts';
import type { LinkedShell } from '../../shell.ts';
import type { Forward, Link } from '../link/link.ts';
import { tunnelExposed, tunnelFull, tunnelRefused } from './tunnel-failure.ts';

export interface Tunnel {
  /** Returns the port on the node. Opens the tunnel when it is not open. Throws `worker.tunnel-refused` or `worker.tunnel-exposed`. */
  open: () => Promise<number>;
  /**
   * The port of the open tunnel, or the failure of the newest attempt. Both are absent before the first attempt, and after the end of the tunnel's link. An
   * open tunnel has the failure `worker.tunnel-full` for a while after it did not carry a connection.
   */
  state: () => { readonly port?: number; readonly isOpening?: true; readonly failure?: FailureRecord };
}

type Parts = Pick<Machine, 'node' | 'run' | 'read'> & { readonly shell: Pick<LinkedShell, 'onLink' | 'openLink'>; readonly to: ServerPort };

export function keepTunnel({ node, run, read, shell, to }: Parts): Tunnel & { readonly close: () => Promise<void> } {
  let current: { readonly link: Link; readonly port: number } | undefined;
  let opening: Promise<number> | undefined;
  let failure: FailureRecord | undefined;
  let fullAtMs = -Infinity;
  const onFull = (): void => void (fullAtMs = performance.now());
  /** The link that the tunnel has for itself. */
  let own: Link | undefined;

  const ask = async (link: Link): Promise<Forward> => {
    const before = await lastPort(read);
    const same = before === 0 ? 'refused' : await link.forward({ port: before, to, onFull });
    const forward = same === 'refused' ? await link.forward({ port: 0, to, onFull }) : same;
    if (forward === 'refused') throw tunnelRefused(node);
    const noted = await run({
      argv: ['sh', '-c', programs.noteTunnel, 'sh', String(forward.port), randomBytes(8).toString('hex')],
      timeoutMs: commandLimits.shortMsMax,
    });
    if (noted.code === 0) return forward;
    await forward.stop();
    throw tunnelExposed(node, noted);
  };
  const openOn = (link: Link): Promise<number> => {
    const attempt: Promise<number> = (async () => {
      try {
        const { port } = await ask(link);
        failure = undefined;
        current = { link, port };
        link.onEnded(() => {
          if (current?.link === link) current = undefined;
        });
        return port;
      } catch (error) {
        failure = toFailureRecord(error);
        throw error;
      }
    })();
    opening = attempt;
    const settled = (): void => {
      if (opening === attempt) opening = undefined;
    };
    attempt.then(settled, settled);
    return attempt;
  };
  const openOwn = async (): Promise<number> => {
    const link = await shell.openLink();
    try {
      const port = await openOn(link);
      own = link;
      return port;
    } catch (error) {
      await link.close();
      throw error;
    }
  };
  shell.onLink((link) => {
    const old = own;
    own = undefined;
    void old?.close();
    openOn(link).catch(() => undefined); // `state` has the failure.
  });
  return {
    open: async () => {
      // A command makes the link, and with it the tunnel.
      if (current === undefined && opening === undefined && failure === undefined) await run({ argv: ['true'], timeoutMs: commandLimits.shortMsMax });
      return current?.port ?? opening ?? openOwn();
    },
    state: () => {
      const isFull = performance.now() - fullAtMs < tunnelLimits.fullShownMs;
      if (current !== undefined)
        return { port: current.port, ...given({ failure: isFull ? toFailureRecord(tunnelFull(node, current.port)) : undefined }) };
      return given({ failure, isOpening: opening === undefined ? undefined : (true as const) });
    },
    close: async () => own?.close(),
  };
}

/** Returns the port that the worker on the node knows, or 0. */
const lastPort = async (read: Machine['read']): Promise<number> => {
  const noted = await read(tunnelFile, { bytesMax: 64 }).catch(() => Buffer.alloc(0));
  const port = Number(noted.toString('utf8').split(' ')[0]);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
};
