/** The fix of each fault of a jump host works when a person follows it to the letter. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { newKeyIn, publicKeyOf } from '../../support/new-key.ts';
import { aroundHost } from '../../support/around-host.ts';
import { eventually, until } from '../../support/eventually.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { coded } from '../conformance/machine-harness.ts';
import { type Behind, startBehind } from './far-hosts.ts';

const folder = ownTemporaryFolder();
let behind: Behind;
aroundHost(async () => {
  behind = await startBehind(folder);
  return { closeMachines: () => behind.host.closeMachines(), remove: () => behind.remove() };
});

const open = (): Machine => behind.host.open({ type: 'ssh', host: 'behind' });
const refusal = async (machine: Machine): Promise<RingmasterError> => (await rejectionOf(hello(machine))) as RingmasterError;
const hello = async (machine: Machine): Promise<string> => (await machine.run({ argv: ['printf', 'hello'], timeoutMs: 20_000 })).stdout;
/** Asks again until the machine replies. After a failed connect the machine connects again only after a pause. */
const again = (machine: Machine): Promise<string> =>
  until(
    () => hello(machine).catch(() => ''),
    (text) => text === 'hello',
    30_000,
  );

const keysFile = (): string => behind.bastion.node.authorizedKeys;
const knownFile = (): string => behind.bastion.node.knownHostsFile;
const newKey = (): string => publicKeyOf(newKeyIn(folder));

/** Runs the command of the hint as a person does who accepts the right fingerprint: ssh takes a fingerprint for a yes only when the key has it. */
function byHand({ hint }: RingmasterError): number | null {
  const [, print = ''] = execFileSync('ssh-keygen', ['-l', '-f', join(dirname(knownFile()), 'host.pub')], { encoding: 'utf8' }).split(' ');
  const answer = join(folder, 'answer');
  writeFileSync(answer, `#!/bin/sh\necho ${print}\n`, { mode: 0o755 });
  const env = { ...process.env, SSH_ASKPASS: answer, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
  return spawnSync('setsid', ['--wait', 'sh', '-c', hint?.run ?? 'exit 99'], { env, stdio: 'ignore', timeout: 30_000 }).status;
}

const rows: Readonly<Record<string, { readonly code: string; readonly make: () => void; readonly fix: (failure: RingmasterError) => void }>> = {
  'an unknown key': {
    code: 'transport.host-key-unknown',
    make: () => writeFileSync(knownFile(), ''),
    fix: ({ hint }) =>
      expect(hint?.say).toBe("comparing each fingerprint about which this command asks with the machine's own, and accepting it if it is the same"),
  },
  'another key than the known one': {
    code: 'transport.host-key-changed',
    make: () => writeFileSync(knownFile(), `[127.0.0.1]:${behind.bastion.node.port} ${newKey()}\n`),
    fix: ({ hint }) => expect(hint?.say).toBe('finding out why first; if the new key is the right one, accepting it when this command asks'),
  },
  'a revoked key': {
    code: 'transport.host-key-changed',
    make: () => {
      const known = readFileSync(knownFile(), 'utf8');
      writeFileSync(knownFile(), `@revoked ${known}${known}`);
    },
    fix: ({ hint }) => {
      expect(hint?.say).toMatch(/^finding out why first; if the key was revoked by mistake, removing it from what revokes it/);
      writeFileSync(knownFile(), readFileSync(knownFile(), 'utf8').replace(/^@revoked .*\n/m, ''));
    },
  },
  'a login that it refuses': {
    code: 'transport.authentication',
    make: () => writeFileSync(keysFile(), ''),
    fix: ({ hint, message }) => {
      expect(message).toContain(`${behind.bastion.node.user}@`);
      expect(hint?.say).toBe('mending the key, the certificate or the user for the host that the message names, until this command works');
      writeFileSync(keysFile(), readFileSync(`${behind.bastion.node.identityFile}.pub`));
    },
  },
};

test.each(Object.entries(rows))('a jump host with %s: the fix works', async (_, { code, make, fix }) => {
  make();
  const machine = open();
  const failure = await refusal(machine);
  expect(failure).toEqual(coded(code));
  expect(failure.hint?.run).toBeDefined();
  fix(failure);
  expect(byHand(failure), failure.hint?.run).toBe(0);
  await again(machine);
});

test('a jump host that does not run: transport.unreachable, and the command of the fix works when it runs', async () => {
  await behind.bastion.killSshd();
  const machine = open();
  const failure = await refusal(machine);
  expect(failure).toEqual(coded('transport.unreachable'));
  expect(byHand(failure)).toBe(255);
  await behind.bastion.startSshd();
  expect(byHand(failure)).toBe(0);
  await again(machine);
});

test('a jump host that takes no further connection: transport.busy, and the machine works again in a moment', async () => {
  const { configFile, port } = behind.bastion.node;
  const text = readFileSync(configFile, 'utf8');
  writeFileSync(configFile, `${text}MaxStartups 1:100:1\n`);
  await behind.bastion.killSshd();
  await behind.bastion.startSshd();
  const other = await eventually('a connection that does not log in', async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    return greeting.toString().startsWith('SSH-') ? socket : void socket.destroy();
  });
  const machine = open();
  const failure = await refusal(machine);
  expect(failure).toEqual(coded('transport.busy'));
  expect(failure.hint).toEqual({ say: 'again in a moment' });
  other.destroy();
  await again(machine);
  writeFileSync(configFile, text);
});

test.each(['/usr/sbin/nologin', '/bin/false', '/nonexistent/shell'])(
  'the SHELL %s of this process changes nothing: commands and copies pass a jump host and a ProxyCommand',
  { timeout: 60_000 },
  async (shell) => {
    vi.stubEnv('SHELL', shell);
    const from = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(from, 'a'), shell);
    for (const host of ['behind', 'tunnelled']) {
      const machine = behind.host.open({ type: 'ssh', host });
      expect(await hello(machine)).toBe('hello');
      expect(await machine.copy({ type: 'push-tree', dataset: `by-${host}`, from })).toMatchObject({ changed: true });
    }
    vi.unstubAllEnvs();
  },
);
