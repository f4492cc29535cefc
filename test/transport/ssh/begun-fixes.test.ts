/** The fixes of a program that did not begin, that was killed, or that was given up work when a person follows them to the letter. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { processes } from '../../support/processes.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { slowDoor } from '../../support/slow-door.ts';
import { coded } from '../conformance/machine-harness.ts';
import { again, hello } from './say-hello.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
const shut = (): string => join(host.node.home, 'shut');
aroundHost(async () => {
  host = await PracticeHost.start('b', folder);
  const keys = host.node.authorizedKeys;
  // The login is a shell of its own around each program. While the file is there, it lets in only the program that examines the login.
  const only = `case "$SSH_ORIGINAL_COMMAND" in *'<$line|'*) ;; *) [ ! -e shut ] || { echo Maintenance; exit 1; } ;; esac`;
  const login = join(host.node.home, 'login');
  writeFileSync(login, `${only}\nsh -c "$SSH_ORIGINAL_COMMAND"\nexit 5\n`);
  writeFileSync(keys, `command="sh ${login}" ${readFileSync(keys, 'utf8')}`);
  return host;
});

const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;

test('a program of ours that is killed: transport.command, and the end of the program that kills works', async () => {
  const machine = host.machine();
  await hello(machine);
  const long = `31.${process.pid}`;
  const killer = setInterval(() => {
    for (const { ppid, words } of processes()) if (words[0] === 'sleep' && words[1] === long) process.kill(ppid, 'SIGKILL');
  }, 100);
  const run = () => machine.run({ argv: ['sleep', long], timeoutMs: 60_000 });
  const failure = await refusal(run());
  expect(failure).toEqual(coded('transport.command'));
  expect(failure.message).toContain('our program ended without a status');
  expect(failure.hint).toEqual({ say: 'freeing memory there, or ending whatever kills processes of its user' });
  clearInterval(killer);
  expect(await hello(machine)).toBe('hello');
  expect((await machine.run({ argv: ['sleep', '1'], timeoutMs: 60_000 })).code).toBe(0);
});

test('a login that begins no program any more: transport.connection-lost, and a login that does works, as the command of the fix shows', async () => {
  const machine = host.machine();
  await hello(machine);
  writeFileSync(shut(), '');
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.connection-lost'));
  expect(failure.message).toContain('its login printed "Maintenance" and did not run the program');
  const byHand = (): string => spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99'], { encoding: 'utf8' }).stdout;
  expect(failure.hint?.say).toMatch(/without a forced command or a start-up file in its way, until this prints ok$/);
  expect(byHand()).toBe('Maintenance\n');
  rmSync(shut());
  expect(byHand()).toBe('ok\n');
  await again(machine);
});

test('a command that its caller has given up: transport.cancelled, and it works again', async () => {
  const machine = host.machine();
  const caller = new AbortController();
  const running = refusal(machine.run({ argv: ['sleep', '30'], timeoutMs: 60_000, signal: caller.signal }));
  caller.abort();
  const failure = await running;
  expect(failure).toEqual(coded('transport.cancelled'));
  expect(failure.hint).toEqual({ say: 'again when you want it' });
  expect(await hello(machine)).toBe('hello');
});

test('a process that is stopping: transport.cancelled, and a machine that is opened again works', async () => {
  const machine = host.machine();
  await machine.close();
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.cancelled'));
  expect(failure.hint).toEqual({ say: 'again when it has restarted' });
  expect(await hello(host.machine())).toBe('hello');
});

test('a login that takes longer than the request: transport.unreachable, and the request works again in a moment', async () => {
  const known = join(folder, 'known-slow');
  const port = await slowDoor(host.node.port, 7_000);
  writeFileSync(known, readFileSync(host.node.knownHostsFile, 'utf8').replaceAll(String(host.node.port), String(port)));
  const machine = host.machine({ port, knownHostsFile: known });
  const failure = await refusal(machine.probe());
  expect(failure).toEqual(coded('transport.unreachable'));
  expect(failure.hint).toEqual({ say: 'again in a moment; `limits.login` in the cluster file is the limit of the login' });
  await again(machine);
});
