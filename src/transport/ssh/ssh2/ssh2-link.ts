import type { Client as SshClient, ClientChannel } from 'ssh2';
import type { Link, Session, SessionEvents } from '../link/link.ts';

const endMsMax = 1_000;

/** A ready ssh2 client as a Link; made while `ready` is told, so that no end of it is missed. */
export function ssh2Link(client: SshClient): Link {
  let ended = false;
  client.once('close', () => (ended = true));
  return {
    open: (command, events) =>
      new Promise((resolve, reject) => {
        // ssh2 throws at once when the connection has just ended: that rejects too.
        client.exec(command, (error, channel) => {
          if (error === undefined || error === null) resolve(listen(channel, events));
          else if ((error as { reason?: unknown }).reason === 2) resolve('full');
          else reject(error);
        });
      }),
    onEnded: (listener) => {
      if (ended) queueMicrotask(listener);
      client.once('close', listener);
      return () => client.off('close', listener);
    },
    close: () =>
      new Promise((done) => {
        if (ended) return done();
        const timer = setTimeout(() => {
          client.destroy();
          done();
        }, endMsMax);
        client.once('close', () => {
          clearTimeout(timer);
          done();
        });
        client.end();
      }),
  };
}

/** The channel's listeners are set inside the callback: its first events may be in the bytes that are being read just now. */
function listen(channel: ClientChannel, events: SessionEvents): Session {
  channel.on('data', events.stdout);
  channel.stderr.on('data', events.stderr);
  channel.on('error', () => undefined); // A write after the other side's end; 'close' tells the rest.
  channel.on('exit', (code: number | null, killedBy?: string) => events.exit({ code, signal: killedBy ?? null }));
  channel.on('close', events.closed);
  return { end: (stdin) => channel.end(stdin), close: () => channel.close() };
}
