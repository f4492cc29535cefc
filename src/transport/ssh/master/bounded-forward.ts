import { type AddressInfo, connect, createServer } from 'node:net';
import { tunnelLimits } from '../../limits.ts';
import { forwardHost, type ForwardRequest, type Link } from '../link/link.ts';

interface Gate {
  readonly to: ForwardRequest['to'];
  readonly close: () => void;
}

/** Listens on the loopback of home, and carries a bounded number of connections at a time to an address. */
function openGate(to: ForwardRequest['to'], onFull: () => void): Promise<Gate> {
  return new Promise((resolve, reject) => {
    const carried = new Set<() => void>();
    const server = createServer((inner) => {
      const outer = connect({ ...to, noDelay: true });
      const end = (): void => {
        carried.delete(end);
        for (const socket of [inner, outer]) socket.destroy();
      };
      carried.add(end);
      for (const socket of [inner, outer]) socket.on('error', () => undefined).once('close', end); // 'close' follows an error.
      inner.setNoDelay(true).pipe(outer).pipe(inner);
    });
    server.maxConnections = tunnelLimits.connectionsMax;
    server.on('drop', onFull);
    server.once('error', reject);
    server.listen(0, forwardHost, () => {
      const { port } = server.address() as AddressInfo;
      const close = (): void => {
        server.close();
        for (const end of carried) end();
      };
      resolve({ to: { host: forwardHost, port }, close });
    });
  });
}

/**
 * Returns a link of a master whose forwards carry a bounded number of connections. A master carries any number of connections by itself, so it carries them
 * to a listener of this process, which counts them. All forwards to an address share a listener, which lasts as long as the link: a master can also use the
 * target of an earlier forward of the same port. A listener that could not be opened is forgotten, so that the next forward opens one.
 */
export function withBoundedForward(link: Link): Link {
  const gates = new Map<string, Promise<Gate>>();
  const listeners = new Set<() => void>();
  const onFull = (): void => {
    for (const listener of listeners) listener();
  };
  const newGate = async (to: ForwardRequest['to']): Promise<Gate> => {
    const gate = await openGate(to, onFull);
    link.onEnded(gate.close);
    return gate;
  };
  const gateTo = (to: ForwardRequest['to']): Promise<Gate> => {
    const key = JSON.stringify([to.host, to.port]);
    const open = gates.get(key);
    if (open !== undefined) return open;
    const gate = newGate(to);
    gates.set(key, gate);
    gate.catch(() => gates.delete(key));
    return gate;
  };
  return {
    ...link,
    forward: async (request) => {
      if (request.onFull !== undefined) listeners.add(request.onFull);
      return link.forward({ ...request, to: (await gateTo(request.to)).to });
    },
  };
}
