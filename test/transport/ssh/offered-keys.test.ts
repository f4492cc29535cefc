/** A login by the keys of the user that no key opens: the sentence names the keys that were offered, and why none was. */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { until } from '../../support/eventually.ts';
import { newKeyIn } from '../../support/new-key.ts';
import { ownTemporaryFolder, PracticeHost, type SshConnect } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { blockOf } from './far-hosts.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
const at = aroundConfiguredHost(folder, () => PracticeHost.start('o', folder));

const textOf = ({ hint }: RingmasterError): string => hint?.say ?? '';
const newKey = (passphrase = ''): string => newKeyIn(folder, 'ed25519', passphrase);
const socket = join(folder, 'agent');
const authorize = (key: string): void => appendFileSync(at.host.node.authorizedKeys, readFileSync(`${key}.pub`));
/** Gives the host `here` these identity files. Only an agent adds to them. */
const byFiles = (...files: readonly string[]): SshConnect => {
  const lines = files.map((file) => `  IdentityFile ${file}\n`).join('');
  writeFileSync(at.configFile, blockOf(at.host, 'here').replace(/ {2}IdentityFile .*\n {2}IdentitiesOnly .*\n/, lines));
  return { type: 'ssh', host: 'here' };
};
const run = (how: SshConnect) => at.host.open(how).run({ argv: ['true'], timeoutMs: 60_000 });
const failureOf = async (how: SshConnect): Promise<RingmasterError> => {
  const failure = await rejectionOf(run(how));
  if (!(failure instanceof RingmasterError)) throw new Error('the node is used');
  expect(failure.code).toBe('transport.authentication');
  return failure;
};
/** Adds a key to the agent. `passphrase` is the answer to its question. */
const add = (key: string, passphrase = ''): void => {
  const ask = join(folder, 'ask');
  writeFileSync(ask, `#!/bin/sh\necho ${passphrase}\n`, { mode: 0o700 });
  const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' };
  expect(spawnSync('ssh-add', ['-q', key], { env }).status).toBe(0);
};
let agent: ReturnType<typeof spawn>;
beforeAll(async () => {
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const status = () => spawnSync('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).status;
  await until(status, (code) => code === 1);
});
afterAll(() => void agent.kill());
afterEach(() => {
  spawnSync('ssh-add', ['-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  vi.unstubAllEnvs();
});

test.each(['a key with a passphrase', 'no key at all'])(
  '%s and no agent: the sentence says why nothing was offered, and each fix works',
  async (what) => {
    vi.stubEnv('SSH_AUTH_SOCK', undefined);
    const absent = join(folder, 'nowhere');
    const locked = newKey('secret');
    authorize(locked);
    const files = what === 'no key at all' ? [absent] : [absent, locked];
    const failure = await failureOf(byFiles(...files));
    expect(failure.message).toContain('there is no key to offer');
    if (files.length === 1) expect(failure.message).toContain(`none of these files is there: ${absent}`);
    else expect(failure.message).toMatch(new RegExp(`: ${locked} \\(.*passphrase.*\\)$`));
    expect(failure.message).not.toContain('refused');
    expect(textOf(failure)).toMatch(/^loading a key .* into an agent \(ssh-add\) .* SSH_AUTH_SOCK, or .* `ssh\.identityFile` of the node/);
    expect(await run({ ...byFiles(...files), identityFile: at.host.node.identityFile })).toMatchObject({ code: 0 });
    add(locked, 'secret');
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    expect(await run(byFiles(...files))).toMatchObject({ code: 0 });
  },
);

test('a key that is refused beside one with a passphrase: only the refused key is named as refused', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  const [other, locked] = [newKey(), newKey('secret')];
  const failure = await failureOf(byFiles(locked, other, join(folder, 'nowhere')));
  expect(failure.message).toContain(`refused the key of ${at.host.node.user} (${other}); not offered: ${locked} (`);
  expect(failure.message).not.toContain('nowhere');
  authorize(other);
  expect(await run(byFiles(locked, other))).toMatchObject({ code: 0 });
});

test('an agent without a key that the node knows: each fix works', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', socket);
  const how = byFiles(join(folder, 'nowhere'));
  const failure = await failureOf(how);
  expect(failure.message).toContain(`refused every key that the agent at ${socket} has`);
  expect(textOf(failure)).toMatch(/^loading a key .* into the agent \(ssh-add\), or adding a public half that `ssh-add -L` prints to ~/);
  add(at.host.node.identityFile);
  expect(await run(how)).toMatchObject({ code: 0 });
  spawnSync('ssh-add', ['-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  const unknown = newKey();
  add(unknown);
  await failureOf(how);
  authorize(unknown);
  expect(await run(how)).toMatchObject({ code: 0 });
});

test('`IdentityFile none` is no file: the sentence says that ssh has no identity file, and a file in its place works', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  const { message } = await failureOf(byFiles('none'));
  expect(message).toMatch(/there is no key to offer to .*: ssh has no identity file$/);
  expect(await run(byFiles('none', at.host.node.identityFile))).toMatchObject({ code: 0 });
});
