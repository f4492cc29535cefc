import { appendFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { PracticeHost } from '../../support/practice-node.ts';
import { useSshConfig } from '../../support/ssh-config.ts';
import { logIn } from '../conformance/log-in.ts';
import type { LoginRow } from '../conformance/logins.ts';
import { blockOf } from './far-hosts.ts';

export interface LoginHost {
  readonly host: PracticeHost;
  /** The name of the node in the configuration of ssh. Only the system's ssh reaches the node by this name, because of the option BindAddress. */
  readonly name: string;
  /** Adds a block to the configuration of ssh. */
  readonly configure: (block: string) => void;
}

/**
 * Gives the tests of a file or of a `describe` nodes of their own, one for each login, so that the tests of several logins run at the same time. The nodes
 * are removed after the tests, and a process or a folder that is left is a failure.
 */
export function loginHosts(temporary: string, removeMsMax: number): (id: string, row: LoginRow) => Promise<LoginHost> {
  const hosts: PracticeHost[] = [];
  let configFile = '';
  let restore = (): void => undefined;
  beforeAll(() => {
    const config = mkdtempSync(join(temporary, 'config-'));
    restore = useSshConfig(config, '');
    configFile = join(config, 'ssh_config');
  });
  afterAll(async () => {
    // A machine that another test still has open would count as a leak of the first node.
    for (const host of hosts) await host.closeMachines();
    for (const host of hosts) expect(await host.remove()).toEqual([]);
    restore();
  }, removeMsMax);
  return async (id, row) => {
    const host = await PracticeHost.start(id, temporary);
    hosts.push(host);
    const name = `by-${host.node.user}`;
    const configure = (block: string): void => appendFileSync(configFile, block);
    configure(blockOf(host, name, { BindAddress: '127.0.0.1' }));
    logIn(host, row);
    return { host, name, configure };
  };
}
