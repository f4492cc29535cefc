import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A proxy that accepts connections and never replies. */
export interface MuteProxy {
  readonly address: string;
  /** The first line of each connection. */
  readonly asked: readonly string[];
  readonly close: () => void;
}

export async function startMuteProxy(): Promise<MuteProxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', (bytes) => asked.push(bytes.toString().split('\r\n', 1)[0] ?? ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}
