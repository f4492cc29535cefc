/**
 * Decides from the kernel's tables of this machine whether home's own network works. When a node does not answer, the fault can be the node's or ours.
 *
 * | the default route of this machine                                              | home's network |
 * |--------------------------------------------------------------------------------|----------------|
 * | its interface is down or has no carrier                                        | broken         |
 * | its gateway did not answer when the kernel asked for its address               | broken         |
 * | its interface is up                                                            | works          |
 * | there is none, or the tables cannot be read                                    | unknown        |
 */
export interface HomeReach {
  readonly network: 'works' | 'broken' | 'unknown';
  /** One clause, for example "the default route by eth0 (gateway 10.0.0.1) is up". */
  readonly evidence: string;
}

export interface RouteTables {
  /** The text of /proc/net/route. */
  readonly routes: string;
  /** The text of /proc/net/arp. */
  readonly neighbours: string;
  /** Returns false when the interface is down or has no carrier, and undefined when that cannot be read. */
  readonly isUp: (device: string) => boolean | undefined;
}

export function homeReachFrom({ routes, neighbours, isUp }: RouteTables): HomeReach {
  const fields = routes
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000');
  const [device, , hex] = fields ?? [];
  if (device === undefined || hex === undefined) return { network: 'unknown', evidence: 'this machine has no default route' };
  const gateway = addressOf(hex);
  const route = `the default route by ${device}${gateway === undefined ? '' : ` (gateway ${gateway})`}`;
  if (isUp(device) === false) return { network: 'broken', evidence: `${route} is down` };
  const neighbour = neighbours
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([address, , , , , on]) => address === gateway && on === device);
  // The kernel clears the flag 0x2 (complete) of an address from which no reply came.
  if (neighbour?.[2] === '0x0') return { network: 'broken', evidence: `${route} leads to a gateway that does not answer` };
  return { network: 'works', evidence: `${route} is up` };
}

/** Returns the address that /proc/net/route writes as hexadecimal bytes, last byte first. Returns undefined for 0.0.0.0, a route without a gateway. */
function addressOf(hex: string): string | undefined {
  const bytes = hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  return bytes.every((byte) => byte === 0) ? undefined : bytes.toReversed().join('.');
}
