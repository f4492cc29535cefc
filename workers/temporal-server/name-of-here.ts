import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { resultWithin } from '../../activities/result-within.ts';
import { hostOfAddress, type NamedServer } from '../../src/domain/cluster/choose-server.ts';
import { serverLimits } from '../limits.ts';

/**
 * Adds whether the host of the address is this machine: its name, or an address of one of its interfaces. A name that cannot be resolved in time is a host
 * elsewhere.
 */
export async function withHere(named: NamedServer | undefined): Promise<NamedServer | undefined> {
  const host = named === undefined ? undefined : hostOfAddress(named.address);
  if (named === undefined || host === undefined || host === '') return named;
  const resolved = lookup(host, { all: true }).catch(() => []);
  const addresses = ((await resultWithin(serverLimits.resolveMsMax, resolved)) ?? []).map(({ address }) => address);
  const own = new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)));
  const isHere = addresses.length > 0 && addresses.every((address) => own.has(address) || address.startsWith('127.'));
  return isHere ? { ...named, isHere } : named;
}
