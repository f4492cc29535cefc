import { appendFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { useSshConfig } from '../../support/ssh-config.ts';
import { logIn } from '../conformance/log-in.ts';
import { type LoginRow, loginTable } from '../conformance/logins.ts';
import { realFixture } from '../conformance/real-fixture.ts';
import { describeMachine } from '../machine-conformance.ts';
import { blockOf } from './far-hosts.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

export const bothRoutes = ['npm ssh2', 'the system’s ssh'] as const;
type Route = (typeof bothRoutes)[number];

/**
 * Runs the whole conformance suite for rows of the table of logins. The suites run at the same time, each with a node of its own, and the
 * tests of a suite one after the other. Only root can give a user another login.
 */
export function conformanceByLogin(routes: readonly Route[], names: readonly string[]): void {
  const rows = loginTable.filter(({ name }) => names.includes(name));
  const temporary = ownTemporaryFolder();
  const hosts: PracticeHost[] = [];
  let configFile = '';
  let restore = (): void => undefined;

  /** Starts a node. Only the system's ssh reaches it by its name in the configuration, because of the option BindAddress. */
  async function start(row: LoginRow, route: Route): Promise<PracticeHost> {
    const host = await PracticeHost.start(`${names.indexOf(row.name)}${routes.indexOf(route)}`, temporary);
    hosts.push(host);
    appendFileSync(configFile, blockOf(host, nameOf(host), { BindAddress: '127.0.0.1' }));
    logIn(host, row);
    return host;
  }
  const nameOf = (host: PracticeHost): string => `by-${host.node.user}`;

  refusedWithoutRoot('the conformance by a login with another shell');

  describe.runIf(isRoot)('each promise of a machine', () => {
    beforeAll(() => {
      expect(rows).toHaveLength(names.length);
      const config = mkdtempSync(join(temporary, 'config-'));
      restore = useSshConfig(config, '');
      configFile = join(config, 'ssh_config');
    });
    afterAll(async () => {
      // A machine that another suite still has open would count as a leak of the first node.
      for (const host of hosts) await host.closeMachines();
      for (const host of hosts) expect(await host.remove()).toEqual([]);
      restore();
    }, 120_000);

    for (const row of rows)
      for (const route of routes)
        describe.concurrent(`with a login by ${row.name}, by ${route}`, () => {
          describe.sequential('in order', () => {
            describeMachine('a', async () => {
              const host = await start(row, route);
              const open = () => (route === 'npm ssh2' ? host.machine() : host.open({ type: 'ssh', host: nameOf(host) }));
              return realFixture(open, async () => []);
            });
          });
        });
  });
}
