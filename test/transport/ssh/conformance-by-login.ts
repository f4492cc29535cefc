import { beforeAll, describe, expect } from 'vitest';
import { loginTable } from '../conformance/logins.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { realFixture } from '../conformance/real-fixture.ts';
import { describeMachines } from '../machine-conformance.ts';
import { loginHosts } from './login-hosts.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

export const bothRoutes = ['npm ssh2', 'the system’s ssh'] as const;
type Route = (typeof bothRoutes)[number];

/**
 * Runs the whole conformance suite for rows of the table of logins. The suites run at the same time, each with a node of its own, and the
 * tests of a suite one after the other. Only root can give a user another login.
 */
export function conformanceByLogin(routes: readonly Route[], names: readonly string[]): void {
  const temporary = ownTemporaryFolder();
  const rows = loginTable.filter(({ name }) => names.includes(name));
  refusedWithoutRoot('the conformance by a login with another shell');

  describe.runIf(isRoot)('each promise of a machine', () => {
    const start = loginHosts(temporary, 120_000);
    beforeAll(() => expect(rows).toHaveLength(names.length));

    describeMachines(
      Object.fromEntries(
        rows.flatMap((row) =>
          routes.map((route) => [
            `by ${route}, with a login by ${row.name}: a`,
            async () => {
              const { host, name } = await start(`${names.indexOf(row.name)}${routes.indexOf(route)}`, row);
              const open = () => (route === 'npm ssh2' ? host.machine() : host.open({ type: 'ssh', host: name }));
              return realFixture(open, async () => []);
            },
          ]),
        ),
      ),
    );
  });
}
