import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { withHere } from '../../workers/temporal-server/name-of-here.ts';

const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
const named = (address: string) => ({ address, from: 'TEMPORAL_ADDRESS' });

test('an address of each interface of this machine is here, and an address elsewhere or a name without an address is not', async () => {
  expect(addresses.length).toBeGreaterThan(0);
  for (const { address, family } of addresses) {
    const host = family === 'IPv6' ? `[${address}]` : address;
    expect(await withHere(named(`${host}:7233`))).toMatchObject({ address: `${host}:7233`, isHere: true });
  }
  for (const address of ['192.0.2.1:7233', 'nothing.invalid:7233', ':7233']) expect(await withHere(named(address))).toEqual(named(address));
  expect(await withHere(undefined)).toBeUndefined();
});
