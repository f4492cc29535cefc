/**
 * Settings of the user's ssh configuration meet logins. A setting that changes the session of a command meets every login whose entrance has a form of its
 * own, without the other settings of the session, which could hide its effect. The remaining settings meet these logins and each of those settings in groups.
 * The rows are generated. The matrix tries all settings together, with every login.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorText } from '../../../src/domain/failure/error.ts';
import { listenHere } from '../../support/listen-here.ts';
import { pairwise, type Row } from '../../support/pairwise.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';
import { loginTable } from '../conformance/logins.ts';
import { settingRows } from '../conformance/setting-rows.ts';
import { blockOf } from './far-hosts.ts';
import { type LoginHost, loginHosts } from './login-hosts.ts';

type SettingRow = (typeof settingRows)[number];

const entrances = [
  'dash',
  'bash that prints',
  'fish',
  'tcsh',
  'restricted bash',
  'a forced command that does not read quotes',
  'bash that reads a line',
];
const sessionNames = [
  'RemoteCommand',
  'RequestTTY',
  'StdinNull',
  'ForkAfterAuthentication',
  'SessionType',
  'PermitLocalCommand',
  'VisualHostKey',
  'EscapeChar',
  'LogLevel',
  'ControlMaster',
];
const isOfSession = ([name]: SettingRow): boolean => sessionNames.includes(name);
const titleOf = ([name, value]: SettingRow): string => `${name} ${typeof value === 'string' ? value.split('\n')[0] : ''}`.trim();
const session = Object.fromEntries(settingRows.filter(isOfSession).map((row) => [titleOf(row), row]));

/** An ssh that does not know a setting refuses it in a block for another host as well. */
const others = settingRows.filter((row) => !isOfSession(row) && row[0] !== 'IgnoreUnknown');
const groupsOf = (name: string, rows: readonly SettingRow[], count: number): readonly (readonly [string, readonly SettingRow[]])[] =>
  Array.from({ length: count }, (_, at) => [
    `${name}, ${at + 1} of ${count}`,
    rows.filter((row, k) => k % count === at && rows.findIndex((other, j) => j % count === at && other[0] === row[0]) === k),
  ]);
const groups = Object.fromEntries([
  ...groupsOf(
    'settings of npm ssh2',
    others.filter(([, , through]) => through === undefined),
    3,
  ),
  ...groupsOf(
    "settings of the system's ssh",
    others.filter(([, , through]) => through !== undefined),
    2,
  ),
]);

const dimensions = { login: entrances, session: Object.keys(session), group: Object.keys(groups) };
const usersMax = 6;

refusedWithoutRoot('the settings of ssh by login');

describe.runIf(isRoot)('settings by login', () => {
  const folder = ownTemporaryFolder();
  const start = loginHosts(folder, 120_000);

  /** Runs a command on the node and sends it a tree, which takes a transfer by an ssh of its own. Returns what was seen, or the failure. */
  async function use({ host }: LoginHost, at: string): Promise<unknown> {
    const from = join(folder, at);
    mkdirSync(from);
    writeFileSync(join(from, 'file'), at);
    const machine = host.open({ type: 'ssh', host: at });
    try {
      const { stdout } = await machine.run({ argv: ['cat'], stdin: 'hello', timeoutMs: 60_000 });
      const { method } = await machine.copy({ type: 'push-tree', dataset: at, from });
      return { stdout, method, isBySsh2: (await machine.probe()).through === undefined };
    } catch (error) {
      return errorText(error);
    } finally {
      await machine.close();
    }
  }

  test('every setting of the session meets every login, and both meet every other setting', { timeout: 240_000 }, async () => {
    const place = { takenPort: await listenHere((socket) => socket.destroy()), folder };
    const hosts = new Map<string, LoginHost>();
    for (const [k, name] of entrances.entries()) {
      const row = loginTable.find((one) => one.name === name);
      hosts.set(name, await start(`s${k}`, row ?? expect.fail(`no login ${name}`)));
    }
    const rows = pairwise(dimensions);
    const blockFor = ({ host }: LoginHost, at: string, row: Row<typeof dimensions>): string => {
      const settings = [session[row.session] ?? expect.fail(), ...(groups[row.group] ?? expect.fail())];
      return blockOf(host, at, Object.fromEntries(settings.map(([name, value]) => [name, typeof value === 'string' ? value : value(place)])));
    };
    const seen = new Map<string, unknown>();
    const left = rows.entries();
    const useRows = async (): Promise<void> => {
      for (const [k, row] of left) {
        const host = hosts.get(row.login) ?? expect.fail();
        host.configure(blockFor(host, `row-${k}`, row));
        seen.set(JSON.stringify(row), await use(host, `row-${k}`));
      }
    };
    await Promise.all(Array.from({ length: usersMax }, useRows));
    const right = rows.map((row) => [JSON.stringify(row), { stdout: 'hello', method: 'rsync', isBySsh2: row.group.includes('ssh2') }] as const);
    expect(seen).toEqual(new Map(right));
  });
});
