import { beforeEach } from 'vitest';
import type { Machine } from '../../src/transport/machine.ts';
import { aroundHost } from './around-host.ts';
import { PracticeHost } from './practice-node.ts';

/** Starts a host for the tests of the file. Returns it together with a machine that is opened for each test. */
export function aroundMachine(id: string, root: string): { readonly host: PracticeHost; readonly machine: Machine } {
  const at = {} as { host: PracticeHost; machine: Machine };
  aroundHost(async () => (at.host = await PracticeHost.start(id, root)));
  beforeEach(() => void (at.machine = at.host.machine()));
  return at;
}
