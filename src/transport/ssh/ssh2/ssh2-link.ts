import type { Client as SshClient, ClientChannel } from 'ssh2';
import { sshLimits } from '../../limits.ts';
import { connectFailed, type Link, type Session, type SessionEvents } from '../link/link.ts';
import { forwardOnClient } from './forward-on-client.ts';

/**
 * Returns a link over an ssh2 client that is logged in. Each command gets the variables of `env` that the server accepts. Call this inside the client's `ready` event, so that the end of the connection is always
 * noticed.
 */
export function ssh2Link(client: SshClient, env: Readonly<Record<string, string>>): Link {
  let ended = false;
  client.once('close', () => (ended = true));
  return {
    open: (command, events) =>
      new Promise((resolve, reject) => {
        // When the connection has just ended, exec throws. Inside this promise the throw becomes a rejection.
        client.exec(command, { env }, (error, channel) => {
          if (error === undefined || error === null) resolve(listen(channel, events));
          else if ((error as { reason?: unknown }).reason === connectFailed) resolve('full');
          else reject(error);
        });
      }),
    forward: (request) => forwardOnClient(client, request),
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
        }, sshLimits.closeMsMax);
        client.once('close', () => {
          clearTimeout(timer);
          done();
        });
        client.end();
      }),
  };
}

/**
 * Attaches the callbacks to a channel and returns its session. Call this inside the callback of exec: the channel's first events may be in the bytes
 * that ssh2 is reading at this moment.
 */
function listen(channel: ClientChannel, events: SessionEvents): Session {
  channel.on('data', events.stdout);
  channel.stderr.on('data', events.stderr);
  channel.on('error', () => undefined); // A write after the other side's end of input. 'close' follows.
  channel.on('exit', (code: number | null, killedBy?: string) => events.exit({ code, signal: killedBy ?? null }));
  channel.on('close', events.closed);
  return { end: (stdin) => channel.end(stdin), close: () => channel.close() };
}
