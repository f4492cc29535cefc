/**
 * Every setting of the user's ssh configuration is honoured as `ssh HOST true` honours it, or switched off. Each row connects with one setting, runs a
 * command, and sends a tree by a transfer.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorText } from '../../../src/domain/failure/error.ts';
import { settingTable, treatmentOf } from '../../../src/transport/ssh/setting/setting-table.ts';
import { readSshSettings } from '../../../src/transport/ssh/setting/ssh-settings.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { useSshConfig } from '../../support/ssh-config.ts';
import { settingRows } from '../conformance/setting-rows.ts';
import { blockOf } from './far-hosts.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
let restore: () => void = () => undefined;
let configFile = '';
aroundHost(async () => {
  host = await PracticeHost.start('u', folder);
  const config = mkdtempSync(join(folder, 'config-'));
  configFile = join(config, 'ssh_config');
  restore = useSshConfig(config, '');
  return host;
});
afterAll(() => restore());

/** A port of this machine that is taken while the tests of this file run. */
let taken: Server;
let takenPort = 0;
beforeAll(async () => {
  taken = createServer().listen(0);
  await new Promise((done) => taken.once('listening', done));
  const address = taken.address();
  takenPort = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => void taken.close());

let sent = 0;
/** Runs a command on the node and sends it a tree, which takes a transfer by an ssh of its own. */
async function use(machine: Machine): Promise<{ readonly through: string | undefined; readonly stdout: string; readonly method: string }> {
  const { stdout } = await machine.run({ argv: ['printf', '%s', 'hello'], timeoutMs: 20_000 });
  const dataset = `tree-${(sent += 1)}`;
  const from = join(folder, dataset);
  mkdirSync(from);
  writeFileSync(join(from, 'file'), dataset);
  const { method } = await machine.copy({ type: 'push-tree', dataset, from });
  return { through: (await machine.probe()).through, stdout, method };
}

const block = (at: string, [name, value]: (typeof settingRows)[number]): string =>
  blockOf(host, at, { [name]: typeof value === 'string' ? value : value({ takenPort, folder }) });

/** Uses the node through a name of the configuration. Returns what was seen, or the failure. */
async function useAt(at: string): Promise<unknown> {
  const machine = host.open({ type: 'ssh', host: at });
  try {
    return await use(machine);
  } catch (error) {
    return errorText(error);
  } finally {
    await machine.close();
  }
}

const nameOf = ([name, value]: (typeof settingRows)[number]): string => `${name} ${typeof value === 'string' ? value : ''}`;
const usersMax = 6;
/** An ssh refuses a setting that it does not know, in a block for another host as well. So this row needs a file of its own. */
const isAlone = ([name]: (typeof settingRows)[number]): boolean => name === 'IgnoreUnknown';

test('every setting of the user is honoured or switched off', { timeout: 120_000 }, async () => {
  const together = settingRows.filter((row) => !isAlone(row));
  const seen = new Map<string, unknown>();
  const useRows = async (rows: IterableIterator<[number, (typeof settingRows)[number]]>): Promise<void> => {
    for (const [k, row] of rows) seen.set(nameOf(row), await useAt(`row-${k}`));
  };
  writeFileSync(configFile, together.map((row, k) => block(`row-${k}`, row)).join(''));
  const rows = together.entries();
  await Promise.all(Array.from({ length: usersMax }, () => useRows(rows)));
  for (const row of settingRows.filter(isAlone)) {
    writeFileSync(configFile, block('here', row));
    seen.set(nameOf(row), await useAt('here'));
  }
  const right = settingRows.map((row) => [nameOf(row), { through: row[2], stdout: 'hello', method: 'rsync' }] as const);
  expect(seen).toEqual(new Map(right));
});

test('paths with tokens, spaces and per cent signs are expanded as ssh expands them', async () => {
  const odd = join(folder, 'a b%c');
  mkdirSync(odd);
  const { identityFile, knownHostsFile } = host.node;
  for (const name of [`key-${host.node.user}%`, 'known hosts'])
    writeFileSync(join(odd, name), readFileSync(name.startsWith('key') ? identityFile : knownHostsFile), { mode: 0o600 });
  writeFileSync(
    configFile,
    blockOf(host, 'here')
      .replace(/IdentityFile .*/, `IdentityFile "${folder}/a b%%c/key-%r%%"`)
      .replace(/UserKnownHostsFile .*/, `UserKnownHostsFile /nowhere/x "${folder}/a b%%c/known hosts"`),
  );
  const machine = host.open({ type: 'ssh', host: 'here' });
  expect(await use(machine)).toEqual({ through: undefined, stdout: 'hello', method: 'rsync' });
});

test('a key and known hosts that the cluster file names may lie at such paths', async () => {
  const odd = join(folder, `it's "a" b%c`);
  mkdirSync(odd);
  const { identityFile, knownHostsFile } = host.node;
  writeFileSync(join(odd, 'key'), readFileSync(identityFile), { mode: 0o600 });
  writeFileSync(join(odd, 'known'), readFileSync(knownHostsFile));
  writeFileSync(configFile, '');
  const machine = host.machine({ identityFile: join(odd, 'key'), knownHostsFile: join(odd, 'known') });
  expect(await use(machine)).toEqual({ through: undefined, stdout: 'hello', method: 'rsync' });
});

test('a command gets the variables that SetEnv and SendEnv name, in both ways to connect, but never the language of the user', async () => {
  writeFileSync(host.node.configFile, `${readFileSync(host.node.configFile, 'utf8')}AcceptEnv *\n`);
  await host.killSshd();
  await host.startSshd();
  process.env['LETTERS_SENT'] = 'c d';
  process.env['LC_SENT'] = 'never';
  try {
    for (const more of [{}, { AddressFamily: 'inet' }]) {
      writeFileSync(configFile, blockOf(host, 'here', { SetEnv: 'LETTERS="a b"', SendEnv: 'LETTERS_* LC_*', ...more }));
      const machine = host.open({ type: 'ssh', host: 'here' });
      const { stdout } = await machine.run({ argv: ['sh', '-c', 'echo "$LETTERS,$LETTERS_SENT,$LC_SENT"'], timeoutMs: 20_000 });
      expect(stdout).toBe('a b,c d,\n');
      await machine.close();
    }
  } finally {
    delete process.env['LETTERS_SENT'];
    delete process.env['LC_SENT'];
  }
});

test('a copy works after the folders of the sockets were removed', async () => {
  for (const more of [{}, { AddressFamily: 'inet' }]) {
    writeFileSync(configFile, blockOf(host, 'here', more));
    const machine = host.open({ type: 'ssh', host: 'here' });
    await use(machine);
    for (const name of readdirSync(folder)) if (name.startsWith('rm-ssh-')) rmSync(join(folder, name), { recursive: true });
    expect(await use(machine)).toMatchObject({ stdout: 'hello', method: 'rsync' });
    await machine.close();
    // Nothing can find a master whose socket is gone. It ends after a minute without a copy, and at once when its connection ends.
    host.killSessions();
  }
});

test('the table has every setting that this ssh knows, and each one that is off is switched off', async () => {
  const printed = execFileSync('ssh', ['-F', 'none', '-G', 'x'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => line.split(' ')[0]?.toLowerCase() || []);
  expect(printed.filter((name) => !Object.hasOwn(settingTable, name))).toEqual([]);
  expect(treatmentOf('a-setting-of-a-newer-ssh')).toEqual({ does: 'system-ssh' });
  for (const row of Object.values(settingTable)) {
    if (row.does !== 'off') continue;
    const [name = '', value = ''] = row.option.split('=');
    const settings = await readSshSettings('x', ['-o', row.option]).catch((error: { readonly stderr: string }) => error);
    // An older ssh does not know this setting. It is never switched off there, because no file can switch it on.
    if ('stderr' in settings) expect(settings.stderr).toContain('Bad configuration option');
    if ('stderr' in settings) continue;
    const shown = settings.all(name.toLowerCase())[0] ?? 'none';
    expect([value, value === 'no' ? 'false' : value, value === 'yes' ? 'true' : value, 'none'], row.option).toContain(shown);
  }
});
