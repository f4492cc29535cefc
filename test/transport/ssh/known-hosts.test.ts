/** Our reader of known_hosts returns what OpenSSH's reader returns. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseKnownHosts } from '../../../src/transport/ssh/known-hosts.ts';

const folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
const [type = '', key = ''] = execFileSync('ssh-keygen', ['-y', '-f', join(folder, 'key')], { encoding: 'utf8' }).split(' ');

const names = ['ring-1', 'ring-2.example.org', '10.0.0.1', '[10.0.0.1]:2222', '[ring-1]:2222', 'ring', 'other.example.org', '::1'];
const hosts = [
  'ring-1',
  'ring-1,10.0.0.1',
  '[10.0.0.1]:2222',
  '*.example.org',
  '*.example.org,!other.example.org',
  'ring-?',
  '!ring-1,ring-*',
  '10.0.0.*',
  '[ring-*]:2222',
  '*',
  '::1',
  'RING-1',
];

test.each(hosts)('a line for %s', (pattern) => {
  const file = join(folder, 'file');
  writeFileSync(file, `# a comment\n\n${pattern} ${type} ${key.trim()} a comment\n`);
  const ours = names.filter((name) => parseKnownHosts(name, `# a comment\n\n${pattern} ${type} ${key.trim()} a comment\n`).length > 0);
  const theirs = names.filter((name) => spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' }).status === 0);
  expect(ours).toEqual(theirs);
});

test('hashed lines', () => {
  const file = join(folder, 'hashed');
  writeFileSync(file, names.map((name) => `${name} ${type} ${key.trim()}\n`).join(''));
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
  const text = execFileSync('cat', [file], { encoding: 'utf8' });
  expect(text.match(/^\|1\|/gm)).toHaveLength(names.length);
  for (const name of names) expect(parseKnownHosts(name, text)).toEqual([{ type, key: key.trim(), revoked: false }]);
  expect(parseKnownHosts('ring-9', text)).toEqual([]);
});

test('@revoked marks a key as revoked, and a line with @cert-authority is left out', () => {
  expect(parseKnownHosts('a', `@revoked a ${type} ${key}\n@cert-authority a ${type} ${key}\n`)).toMatchObject([{ revoked: true }]);
});
