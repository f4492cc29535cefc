import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts a TCP server of this test on the loopback, and returns its port. The server and its connections end with the test. */
export async function listenHere(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
