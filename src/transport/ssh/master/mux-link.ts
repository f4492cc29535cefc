import type { Socket } from 'node:net';
import type { Link } from '../link/link.ts';
import { MuxSession } from './mux-session.ts';
import { encodeMessage, Frames, Reader } from './mux-wire.ts';
import { messageType } from './message-type.ts';

/**
 * Returns a link over a master's socket in proxy mode. The link implements the client's half of RFC 4254 §5 and §6, as far as a session that runs one
 * command needs it. The master translates channel numbers, so our numbers must be unique on this socket only. A number is never used twice.
 * `forward` asks the master itself for a forward, because proxy mode passes no replies to global requests on. `end` ends the master.
 */
export function muxLink(
  socket: Socket,
  {
    through,
    forward,
    end,
    env,
  }: Pick<Link, 'forward'> & { readonly through: string; readonly end: () => Promise<void>; readonly env: Readonly<Record<string, string>> },
): Link {
  const sessions = new Map<number, MuxSession>();
  const frames = new Frames();
  const endListeners = new Set<() => void>();
  let channels = 0;
  let isEnded = socket.destroyed;
  let ending: Promise<void> | undefined;

  const receive = (bytes: Buffer): void => {
    const reader = new Reader(bytes);
    reader.byte(); // padding length
    const type = reader.byte();
    if (type === messageType.globalRequest) {
      // The server sent a global request such as keepalive@openssh.com. The master has already replied to the requests that concern the master
      // itself.
      reader.string();
      if (reader.byte() !== 0) socket.write(encodeMessage(messageType.requestFailure));
      return;
    }
    if (type < messageType.channelOpenConfirmation || type > messageType.channelFailure) return;
    const channel = reader.u32();
    const session = sessions.get(channel);
    if (session?.receive(type, reader) === 'closed') sessions.delete(channel);
  };
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const bytes of frames.take(chunk)) receive(bytes);
    } catch (error) {
      // After a message that cannot be read, nothing that follows on this socket can be trusted.
      socket.destroy(error as Error);
    }
  });
  socket.once('close', () => {
    isEnded = true;
    for (const session of sessions.values()) session.lose();
    sessions.clear();
    for (const listener of endListeners) listener();
  });

  return {
    through,
    open: (command, events) =>
      new Promise((resolve, reject) => {
        if (isEnded) return reject(new Error('the master has ended'));
        const channel = (channels += 1);
        const session = new MuxSession({ channel, command, env, events, send: (bytes) => socket.write(bytes), resolve, reject });
        sessions.set(channel, session);
        session.begin();
      }),
    forward,
    onEnded: (listener) => {
      if (isEnded) queueMicrotask(listener);
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    close: () => {
      socket.destroy();
      return (ending ??= end());
    },
  };
}
