/** The fix of a command that finds the cluster at work, or a socket's folder that may not be used, works when a person follows it to the letter. */
import { spawn } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { writeRunningCluster } from '../../src/config/running-cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { identify } from '../../src/process/process-identity.ts';
import { writeRecord } from '../../src/process/process-record.ts';
import { backUpLedgers } from '../../src/storage/backup/back-up-ledgers.ts';
import { openOneLedger } from '../../src/storage/ledger/ledgers.ts';
import { checkSecrets } from '../../workers/launcher/check-secrets.ts';
import { down } from '../../workers/launcher/down.ts';
import { downAtWork, holdingDownLock } from '../../workers/launcher/down-lock.ts';
import { restoreStopped } from '../../workers/launcher/restore-stopped.ts';
import { socketPath } from '../../workers/launcher/socket/socket-path.ts';
import { takeSocket } from '../../workers/launcher/socket/take-socket.ts';
import { eventually } from '../support/eventually.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ringmaster-fixes-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;
/** Makes the state folder that an `up` leaves, and returns its path. */
function newState(path = 'state'): string {
  const state = join(folder, path);
  const config = parseCluster(
    `cluster: launcher-fixes-${process.pid}\nstate: ${state}\nnodes: [{ id: here, local: true }]\n`,
    join(folder, 'cluster.yaml'),
  );
  mkdirSync(statePaths(state).run, { recursive: true });
  writeRunningCluster({ config, configEpoch: 1, temporalAddress: '127.0.0.1:1', temporalEmbedded: true, source: 'cluster.yaml' });
  return state;
}
/** Starts another process. It ends with the test. */
async function otherProcess() {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return eventually('the other process runs', () => identify(child.pid ?? 0));
}
/** Does the work of another command, which has no status of a launcher. */
const atWork = () => Promise.reject(new Error('at work'));
const longPath = 'deep/'.repeat(20);

it('secrets without a value: each place that the fix names works', () => {
  const text = (more: string): string =>
    `cluster: lab\nstate: ${folder}/state\nnodes: [{ id: here, local: true }]\nsecrets: [{ fromEnv: TOKEN }, { fromFile: ${folder}/token }]\n${more}`;
  const check = (env: Readonly<Record<string, string>>): RingmasterError | undefined => {
    try {
      checkSecrets(parseCluster(text(''), join(folder, 'cluster.yaml')), env);
      return undefined;
    } catch (error) {
      return error as RingmasterError;
    }
  };
  const say = 'giving each secret its value, in the environment of the command that starts the cluster or in its file';
  expect(check({})).toMatchObject({ code: 'secret.missing', fields: { secrets: 2 }, hint: { say } });
  writeFileSync(join(folder, 'token'), 'value\n');
  expect(check({})).toMatchObject({ code: 'secret.missing', fields: { secrets: 1 }, hint: { say } });
  expect(check({ TOKEN: 'value' })).toBeUndefined();
});

it('a restore while a process of the cluster runs: it works after the command of the fix', async () => {
  const state = newState();
  openOneLedger(state, 'queue').close();
  await backUpLedgers({ state, keep: 3 });
  writeRecord(state, { ...(await otherProcess()), name: 'ledger', argv: ['sleep'], startedAtMs: 0, restarts: 0, configEpoch: 1 });
  const failure = await refusal(restoreStopped({ state }));
  expect(failure).toMatchObject({
    code: 'ledger.in-use',
    because: 'the cluster is not down: ledger runs',
    hint: { say: 'stopping the cluster first; nothing was changed', run: `ringmaster down --state ${state}` },
  });
  expect((await down({ state })).processes).toMatchObject([{ name: 'ledger', how: 'stopped' }]);
  expect((await restoreStopped({ state })).ledgers).toContain('queue');
});

it('a restore and a stop beside another command: each works when that command has ended', { timeout: 60_000 }, async () => {
  const state = newState();
  openOneLedger(state, 'queue').close();
  await backUpLedgers({ state, keep: 3 });
  const socket = await takeSocket(state, atWork);
  const failures = await Promise.all([refusal(restoreStopped({ state })), refusal(down({ state }))]);
  await socket?.close();
  expect(failures).toMatchObject([
    { code: 'ledger.in-use', hint: { say: 'again when that command has ended' } },
    { code: 'server.unavailable', hint: { say: 'again when that process has ended', run: `ringmaster down --state ${state}` } },
  ]);
  expect(await down({ state })).toMatchObject({ found: true, through: 'records' });
  expect((await restoreStopped({ state })).ledgers).toContain('queue');
});

it('a stop of the first folder keeps nothing from a copy of the folder', async () => {
  const state = newState();
  const other = await otherProcess();
  const copied = `${state}-copy`;
  await holdingDownLock(state, async () => {
    const { downLock } = statePaths(state);
    writeFileSync(
      downLock,
      readFileSync(downLock, 'utf8').replace(JSON.stringify(identify(process.pid)).slice(0, -1), JSON.stringify(other).slice(0, -1)),
    );
    cpSync(state, copied, { recursive: true });
  });
  expect(downAtWork(copied)).toBeUndefined();
  cpSync(statePaths(copied).downLock, statePaths(state).downLock);
  expect(downAtWork(state)).toMatchObject({ pid: other.pid });
  process.kill(other.pid, 'SIGKILL');
});

it('a stop beside another one that does not end: it works when that has ended', async () => {
  const state = newState();
  const other = await otherProcess();
  writeFileSync(statePaths(state).downLock, JSON.stringify(other));
  const failure = await refusal(holdingDownLock(state, () => down({ state }), 200));
  expect(failure).toMatchObject({
    code: 'server.stopping',
    fields: { pid: other.pid },
    hint: { say: 'again when that has ended', run: `ringmaster down --state ${state}` },
  });
  process.kill(other.pid, 'SIGKILL');
  await eventually('the other process has ended', () => identify(other.pid) === undefined);
  expect(await holdingDownLock(state, () => down({ state }), 200)).toMatchObject({ found: true });
});

/** Takes the socket of a state folder and gives it back. */
async function takeOnce(state: string): Promise<boolean> {
  const socket = await takeSocket(state, atWork);
  await socket?.close();
  rmSync(socketPath(state), { force: true });
  return socket !== undefined;
}

it('a file in place of the folder of a socket: its removal works', async () => {
  const state = newState(longPath);
  const socketFolder = dirname(socketPath(state));
  writeFileSync(socketFolder, '');
  const failure = await refusal(takeOnce(state));
  expect(failure).toMatchObject({ code: 'config.invalid', hint: { say: `removing ${socketFolder}` } });
  rmSync(failure.hint?.say?.replace('removing ', '') ?? '');
  expect(await takeOnce(state)).toBe(true);
  rmSync(socketFolder, { recursive: true });
});

refusedWithoutRoot('a folder of a socket that belongs to another user');

it.runIf(isRoot)('a folder of a socket that belongs to another user: each of the two fixes works', async () => {
  const state = newState(longPath);
  const socketFolder = dirname(socketPath(state));
  mkdirSync(socketFolder);
  chownSync(socketFolder, 65_534, 65_534);
  const failure = await refusal(takeOnce(state));
  const says = /^removing (\S+), or a state folder with a shorter path: the path of a socket in it has at most (\d+) bytes$/;
  const [, named = '', bytes = ''] = says.exec(failure.hint?.say ?? '') ?? [];
  const shorter = newState();
  expect(Buffer.byteLength(socketPath(shorter))).toBeLessThanOrEqual(Number(bytes));
  expect(await takeOnce(shorter)).toBe(true);
  rmSync(named, { recursive: true });
  expect(await takeOnce(state)).toBe(true);
  rmSync(socketFolder, { recursive: true });
});

it.runIf(isRoot)('a state folder of another user: the command works as that user', async () => {
  const state = newState();
  const { run } = statePaths(state);
  for (const path of [folder, state, run]) chownSync(path, 65_534, 65_534);
  const failure = await refusal(takeOnce(state));
  const [, user = ''] = /^that folder belongs to user (\d+)$/.exec(failure.because ?? '') ?? [];
  expect(failure).toMatchObject({ code: 'config.invalid', hint: { say: 'running it as that user, the user of the cluster' } });
  process.seteuid?.(Number(user));
  try {
    expect(process.geteuid?.()).toBe(65_534);
    expect(await takeOnce(state)).toBe(true);
  } finally {
    process.seteuid?.(0);
  }
});
