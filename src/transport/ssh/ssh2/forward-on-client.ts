import { connect } from 'node:net';
import type { AcceptConnection, Client as SshClient, ClientChannel, RejectConnection, TcpConnectionDetails } from 'ssh2';
import { tunnelLimits } from '../../limits.ts';
import { type Forward, forwardHost, type ForwardRequest } from '../link/link.ts';
import { sshErrorIn } from '../ssh-words.ts';

/** Asks sshd to listen on the node's loopback, and carries its connections to an address at home. */
export function forwardOnClient(client: SshClient, { port, to, onFull }: ForwardRequest): Promise<Forward | 'refused'> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const settle = (step: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      client.off('close', ended);
      step();
    };
    const ended = (): void => settle(() => reject(new Error('the connection was lost')));
    const late = (): void => settle(() => reject(new Error(`sshd did not reply within ${tunnelLimits.forwardMsMax} ms`)));
    const timer = setTimeout(late, tunnelLimits.forwardMsMax);
    client.once('close', ended);
    // When the connection has just ended, forwardIn throws. Inside this promise the throw becomes a rejection.
    client.forwardIn(forwardHost, port, (error, bound) => {
      // When the connection ends before the reply, ssh2 has other words.
      if (error !== undefined && error !== null)
        return settle(() => (sshErrorIn(error.message, 'forward-refused') !== undefined ? resolve('refused') : reject(error)));
      const listened = port === 0 ? bound : port;
      const stopCarrying = carry(client, listened, to, onFull);
      const stop = (): Promise<void> => {
        stopCarrying();
        return stopListening(client, listened);
      };
      if (isSettled) void stop();
      settle(() => resolve({ port: listened, stop }));
    });
  });
}

/** Resolves when sshd has replied. A connection that has ended, or that ends now, listens no more. */
const stopListening = (client: SshClient, port: number): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', resolve);
    try {
      client.unforwardIn(forwardHost, port, () => {
        client.off('close', resolve);
        resolve();
      });
    } catch {
      resolve();
    }
  });

/**
 * Carries each connection to the port on the node to the address at home, and back. The number of connections at a time is bounded, because every user
 * of the node can make one. Returns a function that carries no further connection.
 */
function carry(client: SshClient, port: number, to: ForwardRequest['to'], onFull: () => void = () => undefined): () => void {
  let open = 0;
  const take = ({ destPort }: TcpConnectionDetails, accept: AcceptConnection<ClientChannel>, refuse: RejectConnection): void => {
    if (destPort !== port) return;
    if (open >= tunnelLimits.connectionsMax) {
      onFull();
      return refuse();
    }
    open += 1;
    const socket = connect({ ...to, noDelay: true });
    let channel: ClientChannel | undefined;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      open -= 1;
      client.off('close', end);
      if (channel === undefined) refuse();
      socket.destroy();
      channel?.destroy();
    };
    client.once('close', end);
    socket.once('close', end);
    socket.on('error', () => undefined); // 'close' follows.
    socket.once('connect', () => {
      if (isOver) return;
      channel = accept();
      channel.on('error', () => undefined); // 'close' follows.
      channel.once('close', end);
      socket.pipe(channel).pipe(socket);
    });
  };
  client.on('tcp connection', take);
  return () => client.off('tcp connection', take);
}
