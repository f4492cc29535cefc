/**
 * A relay between the worker and the tunnel to the server. The worker dials the relay, and the relay dials the tunnel's port, which it reads from a file
 * for each connection. So the worker keeps its address and its running activities when the tunnel gets another port.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tunnelFile } from '../../src/transport/node-folder.ts';
import { workerLimits } from '../limits.ts';

/**
 * Starts the relay on the loopback and returns its address. When the gateway has made a new tunnel, the relay ends its connections, because the old
 * tunnel can be silent without an end. The worker then connects again.
 */
export async function startServerRelay(): Promise<{ readonly address: string; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  let known = readTunnel();
  const server = createServer({ noDelay: true }, (inner) => {
    const port = portOf(readTunnel());
    inner.on('error', () => undefined); // 'close' follows.
    if (port === undefined) return void inner.destroy();
    const outer = connect({ host: '127.0.0.1', port, noDelay: true });
    outer.on('error', () => undefined);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    inner.pipe(outer).pipe(inner);
  });
  server.maxConnections = workerLimits.relayConnectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const timer = setInterval(() => {
    const now = readTunnel();
    if (now === known) return;
    known = now;
    for (const socket of sockets) socket.destroy();
  }, workerLimits.relayLookMs);
  timer.unref();
  const { port } = server.address() as { readonly port: number };
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Returns the line that the gateway wrote, or '' when there is none. */
function readTunnel(): string {
  try {
    return readFileSync(tunnelFile, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the port of a line such as "40123 9f86d081884c7d65". */
const portOf = (line: string): number | undefined => {
  const port = Number(line.split(' ')[0]);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
};
