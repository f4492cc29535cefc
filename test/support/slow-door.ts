/** A TCP server that passes each connection on to a port of this machine after a wait, as a slow host does. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts the server and returns its port. The server ends with the test. */
export async function slowDoor(port: number, waitMs: number): Promise<number> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server: Server = createServer((near) => {
    keep(near).pause();
    setTimeout(() => {
      const far = keep(connect({ host: '127.0.0.1', port }));
      near.pipe(far).pipe(near);
    }, waitMs);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
