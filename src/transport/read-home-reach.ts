import { readFileSync } from 'node:fs';
import { type HomeReach, homeReachFrom } from '../domain/node/home-reach.ts';

/** Reads from the kernel's tables whether the network of this machine works. Sends nothing. Returns `unknown` on a machine without /proc. */
export const readHomeReach = (): HomeReach =>
  homeReachFrom({
    routes: textOf('/proc/net/route') ?? '',
    neighbours: textOf('/proc/net/arp') ?? '',
    isUp: (device) => {
      if (!/^[\w.@-]+$/.test(device)) return undefined;
      const carrier = textOf(`/sys/class/net/${device}/carrier`);
      if (carrier !== undefined) return carrier.trim() === '1';
      // The kernel refuses to read the carrier of an interface that is down.
      return textOf(`/sys/class/net/${device}/operstate`)?.trim() === 'down' ? false : undefined;
    },
  });

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
