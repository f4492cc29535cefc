/** TCP ports of this machine. */
import { createConnection, createServer } from 'node:net';

/** A listener on this machine accepts at once; one that takes longer hangs. */
const acceptMsMax = 1_000;

/** Returns false when another socket listens on the port. Rejects with the system's error when nobody could listen there (EACCES, a foreign address). */
export const isPortFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Returns true when a listener on the loopback port accepts a connection. */
export const acceptsConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.setTimeout(acceptMsMax, () => socket.destroy());
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
