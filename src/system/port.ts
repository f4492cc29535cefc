/** Asks about TCP ports of this machine. */
import { createConnection, createServer } from 'node:net';
import { systemLimits } from './limits.ts';

/**
 * Returns false when another socket listens on the port. Rejects with the system's error when no process could listen there (EACCES, the address of
 * another machine).
 */
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
    socket.setTimeout(systemLimits.acceptMsMax, () => socket.destroy());
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
