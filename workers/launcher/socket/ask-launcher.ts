/** The client's side of the launcher's socket. */
import { createConnection } from 'node:net';
import { launcherLimits } from '../../limits.ts';
import type { LauncherStatus } from '../launcher-status.ts';
import { socketPath } from './socket-path.ts';
import type { LauncherCommand } from './take-socket.ts';

/** `absent`: there is no launcher. `silent`: a process accepts the connection and does not reply in time. */
export type LauncherReply<Reply> = { readonly type: 'answer'; readonly reply: Reply } | { readonly type: 'absent' } | { readonly type: 'silent' };

export function askLauncher<Reply>(state: string, command: LauncherCommand, limitMs: number): Promise<LauncherReply<Reply>> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath(state));
    let text = '';
    let connected = false;
    const settle = (asked: LauncherReply<Reply>): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(asked);
    };
    const timer = setTimeout(() => settle({ type: 'silent' }), limitMs);
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      connected = true;
      socket.write(JSON.stringify({ command }) + '\n');
    });
    socket.on('data', (chunk: string) => (text += chunk));
    // The launcher may die while it replies. It then counts as absent.
    socket.once('error', () => settle({ type: 'absent' }));
    socket.once('close', () => {
      if (!connected || !text.endsWith('\n')) return settle({ type: 'absent' });
      return settle({ type: 'answer', reply: JSON.parse(text) as Reply });
    });
  });
}

/** Asks for the status. `ending`: the socket is held by `ringmaster down`, which stops the cluster from its records and has no status. */
export async function askStatus(
  state: string,
  limitMs: number = launcherLimits.statusMsMax,
): Promise<LauncherReply<LauncherStatus> | { readonly type: 'ending' }> {
  const asked = await askLauncher<LauncherStatus>(state, 'status', limitMs);
  const hasStatus = asked.type !== 'answer' || Array.isArray(asked.reply.processes);
  return hasStatus ? asked : { type: 'ending' };
}
