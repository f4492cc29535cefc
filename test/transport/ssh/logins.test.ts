/**
 * A node works in the same way with each login of the table, by npm ssh2 and by the system's ssh: a command, a job, and copies in both directions by rsync
 * and by tar. Both routes copy in the same way, so the second route only copies the payload of the job. A login that runs no program is refused in the
 * words of the host.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { JobRef } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { awkwardWords } from '../../support/awkward-words.ts';
import { ownTemporaryFolder, type PracticeHost } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { programsWithoutRsync } from '../conformance/log-in.ts';
import { type LoginRow, loginTable } from '../conformance/logins.ts';
import { coded, MachineHarness } from '../conformance/machine-harness.ts';
import { realFixture } from '../conformance/real-fixture.ts';
import { type LoginHost, loginHosts } from './login-hosts.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

vi.setConfig({ testTimeout: 120_000 });
const temporary = ownTemporaryFolder();
const start = loginHosts(temporary, 240_000);
let count = 0;
let withoutRsync = '';

beforeAll(() => {
  withoutRsync = programsWithoutRsync(temporary);
});

/** Starts a node of its own for a row. */
const startRow = (row: LoginRow): Promise<LoginHost> => start(String((count += 1)), row);

/** Takes rsync away from the node. Connections that are open keep it. */
async function withoutRsyncOn(host: PracticeHost): Promise<void> {
  const { configFile: sshd } = host.node;
  await host.killSshd();
  writeFileSync(sshd, readFileSync(sshd, 'utf8').replace(/SetEnv PATH=.*/, `SetEnv PATH=${withoutRsync}`));
  await host.startSshd();
}

async function expectWorks(harness: MachineHarness, note: string | undefined): Promise<JobRef> {
  const { machine } = harness;
  const script = 'printf "[%s]" "$@"; cat; echo bad >&2; exit 7';
  const ran = await machine.run({ argv: ['sh', '-c', script, 'sh', ...awkwardWords], stdin: 'in\0put', timeoutMs: 20_000 });
  expect(ran).toEqual({
    code: 7,
    signal: null,
    stdout: `${awkwardWords.map((word) => `[${word}]`).join('')}in\0put`,
    stderr: 'bad\n',
    truncated: false,
  });
  // The process that this leaves running holds both outputs open.
  const left = await machine.run({ argv: ['sh', '-c', 'sleep 600 & echo $!'], timeoutMs: 20_000 });
  expect(left).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) });
  expect(await machine.run({ argv: ['kill', left.stdout.trim()], timeoutMs: 20_000 })).toMatchObject({ code: 0 });
  // This kills the sh that would print the end line.
  const killed: unknown = await machine.run({ argv: ['sh', '-c', 'kill -9 $PPID'], timeoutMs: 20_000 }).catch((error: unknown) => error);
  expect(killed).toBeOneOf([expect.objectContaining({ code: null, signal: 'SIGKILL' }), coded('transport.command')]);
  expect((await machine.probe()).bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const job = await harness.done(['write', 'a b', 'text', 'manifest']);
  expect((await machine.look([job]))[0]).toMatchObject({ phase: 'ended', exitCode: 0 });
  expect((await machine.manifest(job)).files).toMatchObject([{ path: 'a b', bytes: 4 }]);
  await machine.settle(job, [{ path: 'a b', to: `dataset:${job.item}` }]);
  const seen = await machine.probe();
  if (note === undefined) expect(seen.noise).toBe(undefined);
  else expect(seen.noise).toContain(note);
  return job;
}

async function expectCopies(machine: Machine, harness: MachineHarness, { item }: JobRef, ...methods: readonly string[]): Promise<void> {
  const method: unknown = expect.toBeOneOf([...methods]);
  const from = harness.newFolder();
  writeFileSync(join(from, "it's"), Buffer.from([0, 255, 10, 13]));
  writeFileSync(join(from, methods.join('-')), 'text');
  expect(await machine.copy({ type: 'push-tree', dataset: 'pushed', from })).toMatchObject({ changed: true, method });
  const to = harness.newFolder();
  expect(await machine.copy({ type: 'pull-tree', dataset: item, to })).toMatchObject({ files: 1, changed: true, method });
  expect(readFileSync(join(to, 'current', `${item}.a b`), 'utf8')).toBe('text');
}

async function harnessOf(open: () => Machine): Promise<MachineHarness> {
  const harness = new MachineHarness();
  await harness.begin(async () => realFixture(open, async () => []));
  return harness;
}

async function expectRefused(machine: Machine, refused: string): Promise<void> {
  const failure = await rejectionOf(machine.probe());
  expect(failure).toEqual(coded('transport.no-shell'));
  expect((failure as Error).message).toContain(refused);
}

async function tryRow(row: LoginRow): Promise<void> {
  const { host, name } = await startRow(row);
  const viaSsh2 = (): Machine => host.machine();
  const viaSystem = (): Machine => host.open({ type: 'ssh', host: name });
  if (row.expects !== 'works') {
    await expectRefused(viaSsh2(), row.expects.refused);
    return expectRefused(viaSystem(), row.expects.refused);
  }
  const harness = await harnessOf(viaSsh2);
  const job = await expectWorks(harness, row.note);
  await expectCopies(harness.machine, harness, job, 'rsync', ...(row.tears === true ? ['tar'] : []));
  rmSync(host.node.folder, { recursive: true });
  const again = await expectWorks(await harnessOf(viaSystem), row.note);
  await host.closeMachines();
  await withoutRsyncOn(host);
  await expectCopies(viaSsh2(), harness, again, row.setsPath === true ? 'rsync' : 'tar');
}

refusedWithoutRoot('the logins by npm ssh2 and by the system’s ssh');

describe.runIf(isRoot)('by npm ssh2 and by the system’s ssh', () => {
  test.concurrent.for(loginTable)('a login by $name', async (row) => {
    expect(await tryRow(row)).toBeUndefined();
  });
});
