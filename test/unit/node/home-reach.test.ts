import { expect, it } from 'vitest';
import { homeReachFrom } from '../../../src/domain/node/home-reach.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
const routes = `${head}\neth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n`;
const neighbours = (flags: string): string =>
  `IP address       HW type     Flags       HW address            Mask     Device\n10.0.0.1         0x1         ${flags}         02:42:ac:11:00:01     *        eth0\n`;
const reach = (change: Partial<Parameters<typeof homeReachFrom>[0]> = {}) =>
  homeReachFrom({ routes, neighbours: neighbours('0x2'), isUp: () => true, ...change });

it.each([
  ['is up', {}, 'works', 'the default route by eth0 (gateway 10.0.0.1) is up'],
  ['has no neighbour yet', { neighbours: '' }, 'works', 'the default route by eth0 (gateway 10.0.0.1) is up'],
  ['has no carrier', { isUp: () => false }, 'broken', 'the default route by eth0 (gateway 10.0.0.1) is down'],
  [
    'has a gateway that is gone',
    { neighbours: neighbours('0x0') },
    'broken',
    'the default route by eth0 (gateway 10.0.0.1) leads to a gateway that does not answer',
  ],
  ['does not exist', { routes: head }, 'unknown', 'this machine has no default route'],
  ['cannot be read', { routes: '' }, 'unknown', 'this machine has no default route'],
] as const)('a default route that %s', (_, change, network, evidence) => {
  expect(reach(change)).toEqual({ network, evidence });
});
