/** A key of the user that ssh does not take is refused before a command runs, so that no node runs commands and fails each transfer. Each fix works. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { newKeyIn } from '../../support/new-key.ts';
import { ownTemporaryFolder, PracticeHost, type SshConnect } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { blockOf } from './far-hosts.ts';

vi.setConfig({ testTimeout: 60_000 });
vi.stubEnv('SSH_AUTH_SOCK', undefined);
const folder = ownTemporaryFolder();
const at = aroundConfiguredHost(folder, () => PracticeHost.start('k', folder));

/** Makes a key that opens the node, and writes its text as `spoil` returns it. */
function keyWith(spoil: (text: string) => string): string {
  const key = newKeyIn(folder);
  appendFileSync(at.host.node.authorizedKeys, readFileSync(`${key}.pub`));
  writeFileSync(key, spoil(readFileSync(key, 'utf8')));
  return key;
}

/** The ways in which a key is named. */
const ways: Readonly<Record<string, (key: string) => SshConnect>> = {
  'the configuration of ssh': (key) => configured(key, {}),
  'the configuration of a host for the system’s ssh': (key) => configured(key, { AddressFamily: 'inet' }),
  'the cluster file': (key) => at.host.connect({ identityFile: key }),
};
const configured = (key: string, more: Readonly<Record<string, string>>): SshConnect => {
  writeFileSync(at.configFile, blockOf(at.host, 'here', more).replace(/IdentityFile .*/, `IdentityFile "${key}"`));
  return { type: 'ssh', host: 'here' };
};

/** Uses the node as a job does: a command, and a tree. */
async function use(how: SshConnect): Promise<string | undefined> {
  const machine = at.host.open(how);
  try {
    const from = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(from, 'file'), from);
    const { through } = await machine.probe();
    await machine.copy({ type: 'push-tree', dataset: 'tree', from });
    return through;
  } finally {
    await machine.close();
  }
}

interface Row {
  readonly name: string;
  /** Makes a key and returns its path. */
  readonly make: () => string;
  readonly says: string;
  /** Follows the words of the fix, and returns the path of the key that they name. Absent: the fix is the command. */
  readonly fix?: (failure: RingmasterError, key: string) => string;
}

const rows: readonly Row[] = [
  {
    name: 'a key that other users may read',
    make: () => {
      const key = keyWith((text) => text);
      chmodSync(key, 0o644);
      return key;
    },
    says: 'ssh ignores it, because other users may read it',
  },
  { name: 'a key with carriage returns', make: () => keyWith((text) => text.replaceAll('\n', '\r\n')), says: 'it has carriage returns' },
  {
    name: 'a key with a byte order mark and without its last newline',
    make: () => keyWith((text) => `\uFEFF${text.trimEnd()}`),
    says: 'it has a byte order mark and no newline at its end',
  },
  {
    name: 'a key that was cut',
    make: () => keyWith((text) => text.slice(0, 200)),
    says: 'ssh cannot read it: ',
    fix: (failure, key) => {
      expect(failure.hint?.say).toBe('a private key in a format of OpenSSH in its place, until this command prints its public half');
      const command = failure.hint?.run ?? 'exit 99';
      expect(spawnSync('sh', ['-c', command]).status).not.toBe(0);
      for (const half of ['', '.pub']) writeFileSync(`${key}${half}`, readFileSync(`${at.host.node.identityFile}${half}`));
      expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout).toMatch(/^ssh-ed25519 /);
      return key;
    },
  },
  {
    name: 'a key beside the public half of another one',
    make: () => {
      const key = keyWith((text) => text);
      writeFileSync(`${key}.pub`, readFileSync(`${newKeyIn(folder)}.pub`));
      return key;
    },
    says: 'is the public half of another key',
  },
  {
    name: 'the public half of a key',
    make: () => `${keyWith((text) => text)}.pub`,
    says: 'it is the public half of a key',
    fix: (failure) => /^naming the file with the private half instead: (\S+)$/.exec(failure.hint?.say ?? '')?.[1] ?? '',
  },
];

test.each(rows.flatMap((row) => Object.keys(ways).map((way) => ({ ...row, way }))))(
  '$name in $way: transport.authentication, and its fix works',
  async ({ make, says, fix, way }) => {
    const nameIn = ways[way] ?? expect.fail();
    const key = make();
    const failure = await rejectionOf(use(nameIn(key)));
    if (!(failure instanceof RingmasterError)) throw new Error('the node is used');
    expect(failure.code).toBe('transport.authentication');
    expect(failure.message).toContain(`${key} `);
    expect(failure.message).toContain(says);
    if (fix === undefined) expect(spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99']).status, failure.hint?.run).toBe(0);
    await use(nameIn(fix?.(failure, key) ?? key));
  },
);

test('a key that ssh does not take beside one that the node does not know: each fix works', async () => {
  const [loose, unknown] = [keyWith((text) => text), newKeyIn(folder)];
  chmodSync(loose, 0o644);
  const both = configured(loose, {});
  writeFileSync(at.configFile, readFileSync(at.configFile, 'utf8').replace(/( {2}IdentityFile .*\n)/, `$1  IdentityFile ${unknown}\n`));
  const failure = (await rejectionOf(use(both))) as RingmasterError;
  expect(failure.message).toContain(`refused the key of ${at.host.node.user} (${unknown}); not offered: ${loose} (`);
  expect(failure.hint?.say).toMatch(/^adding its public half to \S+ there, or making the other key one that ssh takes$/);
  const known = readFileSync(at.host.node.authorizedKeys, 'utf8');
  appendFileSync(at.host.node.authorizedKeys, readFileSync(`${unknown}.pub`));
  await use(both);
  writeFileSync(at.host.node.authorizedKeys, known);
  await rejectionOf(use(both));
  expect(spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99']).status).toBe(0);
  await use(both);
});

test.each(Object.keys(ways))('a key in PKCS#8 in %s works by the system’s ssh', async (way) => {
  const key = join(mkdtempSync(join(folder, 'key-')), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', '', '-f', key]);
  appendFileSync(at.host.node.authorizedKeys, readFileSync(`${key}.pub`));
  expect(await use((ways[way] ?? expect.fail())(key))).toMatch(way.includes('system') ? /^addressfamily/ : `format of the key ${key}`);
});
