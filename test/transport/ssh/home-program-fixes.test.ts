/** A machine whose own programs are missing or too old: the fix of each failure works when a person follows it to the letter. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { aroundHost } from '../../support/around-host.ts';
import { until } from '../../support/eventually.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { leaksOf, ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { programsOf } from '../../support/programs-of.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { coded } from '../conformance/machine-harness.ts';
import { blockOf } from './far-hosts.ts';

const folder = ownTemporaryFolder();
const here = `home-${process.pid}`;
let host: PracticeHost;
let configFile = '';
let bin = '';
aroundHost(async () => {
  bin = programsOf(folder);
  host = await PracticeHost.start('h', folder);
  const config = mkdtempSync(join(folder, 'config-'));
  configFile = join(config, 'ssh_config');
  rmSync(join(bin, 'ssh'));
  writeSsh();
  return host;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => expect(await leaksOf(here)).toEqual([]));

/** Installs ssh, which reads the configuration of this test file. `more` runs first, and can end the program. */
const writeSsh = (more = ''): void =>
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${more}\nexec /usr/bin/ssh -F ${configFile} "$@"\n`, { mode: 0o755 });
const refusal = async (machine: Machine): Promise<RingmasterError> => (await rejectionOf(hello(machine))) as RingmasterError;
const hello = async (machine: Machine, timeoutMs = 20_000): Promise<string> => (await machine.run({ argv: ['printf', 'hello'], timeoutMs })).stdout;
const again = (machine: Machine): Promise<string> =>
  until(
    () => hello(machine).catch(() => ''),
    (text) => text === 'hello',
    30_000,
  );
/** Opens the node by the system's ssh, with the programs of the folder alone. */
const open = (): Machine => {
  vi.stubEnv('PATH', bin);
  writeFileSync(configFile, blockOf(host, 'here', { AddressFamily: 'inet' }));
  return host.open({ type: 'ssh', host: 'here' });
};

test('no ssh when the settings are read: transport.no-shell-tool, and its installation works', async () => {
  const machine = open();
  rmSync(join(bin, 'ssh'));
  const failure = await refusal(machine);
  expect(failure).toEqual(coded('transport.no-shell-tool'));
  expect(failure.hint).toEqual({ say: 'installing the OpenSSH client' });
  writeSsh();
  await again(machine);
});

test('an ssh that goes before it logs in: transport.no-shell-tool, and its installation works', async () => {
  const machine = open();
  // The program removes itself when it has printed the settings.
  writeSsh(`case " $* " in *' -G '*) rm -f '${bin}/ssh' ;; esac`);
  const failure = await refusal(machine);
  expect(failure).toEqual(coded('transport.no-shell-tool'));
  expect(failure.message).toContain('ssh cannot be run here');
  expect(failure.hint).toEqual({ say: 'installing the OpenSSH client' });
  writeSsh();
  await again(machine);
});

test('an ssh whose master has no proxy mode: transport.unreachable, and another ssh works', async () => {
  const machine = open();
  // The master of this ssh closes each connection to its socket, as an ssh that does not know the message does.
  const old = join(folder, 'old-ssh.cjs');
  writeFileSync(
    old,
    `const path = process.argv.find((word) => word.startsWith('ControlPath=')).slice('ControlPath='.length).replace(/^"(.*)"$/, '$1');
     require('net').createServer((socket) => socket.on('error', () => 0).destroy()).listen(path, () => console.log('up'));
     setTimeout(() => process.exit(), 8_000);`,
  );
  writeSsh(`case " $* " in *' ControlMaster=yes '*) { '${process.execPath}' '${old}' "$@" & } | read -r up; exit 0 ;; esac`);
  const failure = await refusal(machine);
  expect(failure).toEqual(coded('transport.unreachable'));
  expect(failure.message).toContain('the master of ssh closed its socket');
  expect(failure.hint).toEqual({ say: 'installing OpenSSH 7.4 or later on this machine' });
  writeSsh();
  await again(machine);
});

const local = (): Machine =>
  openMachine({ node: 'here' as NodeId, owner: ownerNamed(here), folder: join(folder, 'local'), connect: { type: 'local' } });

test('no sh on the PATH of this process: transport.command, and a PATH with the folder of sh works', async () => {
  vi.stubEnv('PATH', mkdtempSync(join(folder, 'empty-')));
  const failure = await refusal(local());
  expect(failure).toEqual(coded('transport.command'));
  const [, named = ''] = /^a PATH of this process that has the folder of sh, such as (\S+)$/.exec(failure.hint?.say ?? '') ?? [];
  expect(existsSync(join(named, 'sh')), named).toBe(true);
  vi.stubEnv('PATH', `${named}:/usr/bin`);
  expect(await hello(local())).toBe('hello');
});

test('a command here that does not end in time: transport.timeout, and a longer limit works', async () => {
  const wait = (timeoutMs: number) => local().run({ argv: ['sh', '-c', 'sleep 1; echo done'], timeoutMs });
  const failure = (await rejectionOf(wait(300))) as RingmasterError;
  expect(failure).toEqual(coded('transport.timeout'));
  expect(failure.hint).toEqual({ say: 'a longer limit' });
  expect((await wait(30_000)).stdout).toBe('done\n');
});
