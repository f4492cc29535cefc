/** The fixes of a copy whose programs, login or files go while it runs work when a person follows them to the letter. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { CopyRequest } from '../../../src/transport/machine.ts';
import { sha256Files } from '../../../src/transport/copy/sha256-files.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { install, programsOf } from '../../support/programs-of.ts';
import { sha256 } from '../../support/sha256.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { failureOf, makeTree } from './copy-harness.ts';

const temporary = ownTemporaryFolder();
let host: PracticeHost;
let nodeBin = '';
let homeBin = '';
aroundHost(async () => {
  nodeBin = programsOf(temporary);
  homeBin = programsOf(mkdtempSync(join(temporary, 'home-')));
  return (host = await PracticeHost.start('t', temporary, { path: nodeBin }));
});
afterEach(() => vi.unstubAllEnvs());

const tree = (): CopyRequest & { readonly from: string } => ({ type: 'push-tree', dataset: 'tree', from: makeTree({ a: String(Math.random()) }) });
/** Runs the command of the hint as a person does who accepts the right fingerprint. */
const byHand = ({ hint }: RingmasterError): string =>
  spawnSync('setsid', ['--wait', 'sh', '-c', hint?.run ?? 'exit 99'], { encoding: 'utf8', timeout: 30_000 }).stdout;

test.each([['xargs'], ['sha256sum']])('no %s here: transport.no-shell-tool, and its installation works', async (name) => {
  vi.stubEnv('PATH', homeBin);
  rmSync(join(homeBin, name));
  const root = makeTree({ a: 'text' });
  const failure = await failureOf(sha256Files(root, ['a']));
  expect(failure).toMatchObject({ code: 'transport.no-shell-tool', hint: { say: 'installing coreutils and findutils on this machine' } });
  install(homeBin, name);
  expect((await sha256Files(root, ['a'])).get('a')).toBe(sha256('text'));
});

test('a file that goes while its folder is read: sync.source-missing, and the whole folder works', async () => {
  const root = makeTree({ a: 'text' });
  renameSync(join(root, 'a'), join(root, 'b'));
  const failure = await failureOf(sha256Files(root, ['a']));
  expect(failure).toMatchObject({ code: 'sync.source-missing', hint: { say: 'again when nothing changes there' } });
  renameSync(join(root, 'b'), join(root, 'a'));
  expect((await sha256Files(root, ['a'])).get('a')).toBe(sha256('text'));
});

test('no program here that sends files: transport.no-shell-tool, and its installation works', async () => {
  vi.stubEnv('PATH', homeBin);
  const machine = host.machine();
  const request = tree();
  await machine.run({ argv: ['true'], timeoutMs: 20_000 });
  for (const name of ['rsync', 'tar']) rmSync(join(homeBin, name));
  const failure = await failureOf(machine.copy(request));
  expect(failure).toMatchObject({ code: 'transport.no-shell-tool' });
  const [, named = ''] = /^installing (\S+) on this machine$/.exec(failure.hint?.say ?? '') ?? [];
  expect(named, `${failure.message}; ${failure.hint?.say}`).not.toBe('');
  install(homeBin, named);
  expect(await machine.copy(request)).toMatchObject({ changed: true });
  install(homeBin, 'rsync');
});

test('a node without a program for checksums: transport.no-shell-tool, and its installation works', async () => {
  const machine = host.machine();
  const request = tree();
  for (const name of ['sha256sum', 'shasum', 'openssl']) rmSync(join(nodeBin, name), { force: true });
  const failure = await failureOf(machine.copy(request));
  expect(failure).toMatchObject({ code: 'transport.no-shell-tool' });
  const [, named = ''] = /^installing (\S+) on the node$/.exec(failure.hint?.say ?? '') ?? [];
  expect(named).toBe('sha256sum');
  install(nodeBin, named);
  expect(await machine.copy(request)).toMatchObject({ changed: true });
});

test('an input that goes while it is sent: sync.source-missing, and the whole input works', async () => {
  const machine = host.machine();
  const from = join(makeTree({ input: Buffer.alloc(9_000_000, 'input') }), 'input');
  const rsync = execFileSync('which', ['rsync'], { encoding: 'utf8' }).trim();
  const bin = mkdtempSync(join(temporary, 'bin-'));
  writeFileSync(join(bin, 'rsync'), `#!/bin/sh\nmv '${from}' '${from}.away'\nexec ${rsync} "$@"\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  const request: CopyRequest = { type: 'push-blob', from, sha256: sha256(readFileSync(from)) };
  const failure = await failureOf(machine.copy(request));
  expect(failure).toMatchObject({ code: 'sync.source-missing', hint: { say: 'again when the source is complete' } });
  vi.unstubAllEnvs();
  renameSync(`${from}.away`, from);
  expect(await machine.copy(request)).toMatchObject({ changed: true });
});

const keysFile = (): string => host.node.authorizedKeys;
const knownFile = (): string => host.node.knownHostsFile;
/** Replaces the text of a file, and returns the function that puts the former text back. */
const replaced = (path: string, text: string): (() => void) => {
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  return () => writeFileSync(path, before);
};
const otherKey = (): string => {
  const path = join(mkdtempSync(join(temporary, 'key-')), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
};

const logins: Readonly<Record<string, readonly [code: string, make: () => (() => void) | Promise<() => Promise<void>>]>> = {
  'refuses the key': ['transport.authentication', () => replaced(keysFile(), '')],
  'shows an unknown key': ['transport.host-key-unknown', () => replaced(knownFile(), '')],
  'shows another key': ['transport.host-key-changed', () => replaced(knownFile(), `[127.0.0.1]:${host.node.port} ${otherKey()}\n`)],
  'shows a revoked key': [
    'transport.host-key-changed',
    () => replaced(knownFile(), `@revoked ${readFileSync(knownFile(), 'utf8')}${readFileSync(knownFile(), 'utf8')}`),
  ],
  'takes no connection': [
    'transport.unreachable',
    async () => {
      await host.killSshd();
      return () => host.startSshd();
    },
  ],
};

test.each(Object.entries(logins))(
  'a host that %s when a copy logs in: the command of the fix prints ok when it is mended',
  async (_, [code, make]) => {
    const machine = host.machine();
    const request = tree();
    // The connection of the commands lasts. The copy makes a connection of its own.
    await machine.run({ argv: ['true'], timeoutMs: 20_000 });
    const mend = await make();
    const failure = await failureOf(machine.copy(request));
    expect(failure).toMatchObject({ code, hint: { say: 'mending what this command names, until it prints ok' } });
    expect(byHand(failure)).toBe('');
    await mend();
    expect(byHand(failure)).toBe('ok\n');
    expect(await machine.copy(request)).toMatchObject({ changed: true });
  },
);

test('a path that a program of ours cannot read: transport.command, and the fix of what the message quotes works', async () => {
  const machine = host.machine();
  const read = () => machine.read('notes', { bytesMax: 100 });
  const failure = await failureOf(read());
  expect(failure).toMatchObject({ code: 'transport.command', hint: { say: 'mending there what the message quotes' } });
  const [, named = ''] = /(\S*notes)\b/.exec(failure.message.split(' because ')[1] ?? '') ?? [];
  await writeOnNode(machine, named.replace(/^['"‘]/, ''), 'text');
  expect(String(await read())).toBe('text');
  expect(dirname(named)).toBe('.');
});
