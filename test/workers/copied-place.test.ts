/** A copied state folder becomes a cluster of its own: its losses, and the copies that are refused. `test/launcher/state-place.test.ts` runs both clusters. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readIdentity, replaceIdentity } from '../../src/config/cluster-identity.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { markOf } from '../../src/process/find-marked.ts';
import { refuseOtherPlace } from '../../workers/launcher/place/settle-place.ts';
import { takeSocket } from '../../workers/launcher/socket/take-socket.ts';
import { copy } from '../support/new-state.ts';
import { clusterFile, folder, hintOf, newState, refused, settle } from './placed-states.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const write = (...parts: readonly string[]): string => {
  const file = join(...parts);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  return file;
};
const ownNode = (state: string, node: string, owner: string): void =>
  writeFileSync(join(dirname(write(state, 'nodes', node, 'x')), 'owner'), `${owner}\nlab\n`);
const ownerIn = (state: string, node: string): string | undefined => readFileSync(join(state, 'nodes', node, 'owner'), 'utf8').split('\n')[0];
const idOf = (state: string): string | undefined => readIdentity(state)?.id;

/** Starts a program as a launcher starts its children. */
async function startWorker(state: string, id: string): Promise<void> {
  const child = spawn('sleep', ['600'], { cwd: state, env: { ...process.env, RINGMASTER_STATE: state, RINGMASTER_MARK: markOf(id, 'ledger') } });
  children.push(child);
  await new Promise((resolve) => child.once('spawn', resolve));
}

test('a copy loses what names the other cluster, and keeps the rest', async () => {
  const { state, other, id } = newState();
  for (const [node, owner] of [
    ['here', id],
    ['foreign', 'f'.repeat(16)],
  ] as const) {
    write(state, 'nodes', node, 'jobs/a/1/pid');
    ownNode(state, node, owner);
  }
  const lost = [
    'run/cluster.json',
    'run/ledger.json',
    'run/launcher.sock',
    'temporal.db',
    'temporal.db-wal',
    'temporal.key',
    'data/configs/3.json',
    'nodes/here/jobs/a/1/pid',
  ];
  const practice = ['practice/b.keys/login', 'practice/b.node/cluster', 'practice/b/ringmaster/games'];
  const kept = ['run/notes', 'data/work_queue.db', 'data/blobs/x', 'nodes/here/datasets/games', 'nodes/foreign/jobs/a/1/pid', 'practice/c/notes'];
  for (const file of [...lost, ...practice, ...kept]) write(state, file);
  copy(state, other);
  const said: string[] = [];
  await settle(other, 'copied', (line) => said.push(line));
  expect([...lost, ...practice].filter((file) => existsSync(join(other, file)))).toEqual([]);
  expect(kept.filter((file) => !existsSync(join(other, file)))).toEqual([]);
  expect([...lost, ...practice, ...kept].filter((file) => !existsSync(join(state, file)))).toEqual([]);
  const young = readIdentity(other);
  expect(young).toMatchObject({ isUpgraded: false, place: { path: other } });
  expect([young?.id === id, idOf(state)]).toEqual([false, id]);
  expect(readFileSync(join(other, 'nodes/here/owner'), 'utf8')).toMatch(new RegExp(`^${young?.id}\nlab .*-other\\)\n$`));
  expect(readFileSync(join(other, 'nodes/foreign/owner'), 'utf8')).toContain('f'.repeat(16));
  expect(said.join('\n')).toContain(join(other, 'nodes/here'));
  expect(said.find((line) => line.startsWith('Kept'))).not.toMatch(/practice|all games/);
  expect(said).toContainEqual('Also removed: the practice nodes b, with their keys, and with the games of their homes that did not come home yet.');
  await settle(other);
});

test('a copy without practice nodes names none', async () => {
  const { state, other } = newState();
  copy(state, other);
  const said: string[] = [];
  await settle(other, 'copied', (line) => said.push(line));
  expect(said.join('\n')).not.toContain('practice');
});

test('an interrupted copy refuses every other command, and goes on with the same id and the node folders that have it already', async () => {
  const { state, other, id } = newState();
  for (const node of ['a', 'b']) ownNode(state, node, id);
  copy(state, other);
  // The owner of the second folder cannot be replaced, so the step ends in between.
  mkdirSync(join(other, 'nodes/b', `owner.${process.pid}.tmp`));
  await expect(settle(other, 'copied')).rejects.toThrow(/EISDIR/);
  const id2 = ownerIn(other, 'a');
  expect([id2 === id, ownerIn(other, 'b'), idOf(other)]).toEqual([false, id, id]);
  rmSync(join(other, 'nodes/b', `owner.${process.pid}.tmp`), { recursive: true, force: true });
  for (const word of [undefined, 'moved'] as const) await expect(settle(other, word)).rejects.toThrow(refused);
  expect(() => refuseOtherPlace(other)).toThrow(refused);
  const hint = await hintOf(settle(other));
  expect(hint).toEqual({ say: 'the same command again', run: `ringmaster up --copied --file ${clusterFile}` });
  // A copy of the half-made copy gets an id of its own, and its node folders too, also after an interruption of its own.
  const third = `${other}-third`;
  copy(other, third);
  mkdirSync(join(third, 'nodes/a', `owner.${process.pid}.tmp`));
  await expect(settle(third, 'copied')).rejects.toThrow(/EISDIR/);
  rmSync(join(third, 'nodes/a', `owner.${process.pid}.tmp`), { recursive: true, force: true });
  await settle(third, 'copied');
  expect([ownerIn(third, 'a'), ownerIn(third, 'b')]).toEqual([idOf(third), idOf(third)]);
  await settle(other, 'copied');
  expect([idOf(other), ownerIn(other, 'a'), ownerIn(other, 'b')]).toEqual([id2, id2, id2]);
  expect([id, id2]).not.toContain(idOf(third));
});

test('a copy that was interrupted before it had its new id is made once more', async () => {
  const { state, other, id } = newState();
  copy(state, other);
  const place = readIdentity(state)?.place;
  await settle(other, 'copied');
  replaceIdentity(other, { v: 1, id, isUpgraded: false, ...(place === undefined ? {} : { place }) });
  await settle(other, 'copied');
  expect(idOf(other)).not.toBe(id);
});

test('a folder whose own cluster lives is refused, and keeps its records; one whose first folder has the living cluster is not', async () => {
  const { state, other, id } = newState();
  write(state, 'run/cluster.json');
  // A living folder got another name, and a copy of it the first name. So the living folder is the copy by its record.
  renameSync(state, other);
  await startWorker(other, id);
  copy(other, state);
  const hint = await hintOf(settle(other, 'copied'));
  expect(hint).toEqual({ say: 'stopping it, then the same command again', run: `ringmaster down --state ${other}` });
  expect([existsSync(statePaths(other).runningCluster), idOf(other)]).toEqual([true, id]);
  // The command of the hint is not refused for the place.
  refuseOtherPlace(other);
  const elsewhere = `${other}-elsewhere`;
  copy(other, elsewhere);
  await settle(elsewhere, 'copied');
  expect([idOf(elsewhere) === id, existsSync(statePaths(elsewhere).runningCluster)]).toEqual([false, false]);
});

test('a folder whose socket is held is refused: its launcher, or a command at work on it; a copy of that socket is not the socket', async () => {
  const { state, other, id } = newState();
  write(state, 'run/cluster.json');
  const first = await takeSocket(state, async () => ({ processes: [] }));
  copy(state, other);
  const second = await takeSocket(other, async () => ({ processes: [] }));
  try {
    await expect(settle(other, 'copied')).rejects.toThrow(refused);
    expect([existsSync(statePaths(other).runningCluster), idOf(other)]).toEqual([true, id]);
    await second?.close();
    await settle(other, 'copied');
    expect(idOf(other)).not.toBe(id);
    // A copy of hard links has the very socket of the first launcher.
    const linked = `${other}-linked`;
    execFileSync('cp', ['-al', state, linked]);
    expect(lstatSync(statePaths(linked).launcherSocket).nlink).toBe(2);
    await settle(linked, 'copied');
    expect([idOf(linked) === id, existsSync(statePaths(state).launcherSocket)]).toEqual([false, true]);
  } finally {
    await second?.close();
    await first?.close();
  }
});

test('two calls at the same time give the folder one new id', async () => {
  const { state, other, id } = newState();
  ownNode(state, 'a', id);
  copy(state, other);
  const results = await Promise.allSettled([settle(other, 'copied'), settle(other, 'copied')]);
  expect(results.map(({ status }) => status)).toContain('fulfilled');
  expect(idOf(other)).not.toBe(id);
  expect(ownerIn(other, 'a')).toBe(idOf(other));
});

const shared = join(folder, 'shared');
write(shared, 'one');

test.each<readonly [string, string, (first: string) => string]>([
  ['a folder of ours to a third place', 'data', () => shared],
  ['the folder of files by content into the first folder', 'data/blobs', (first) => join(first, 'data/blobs')],
  ['a ledger into the first folder', 'data/work_queue.db', (first) => join(first, 'data/work_queue.db')],
  ['a replica by a relative path', 'data/replicas/games', () => '../../../shared'],
  ['the folder of a local node', 'nodes/here', (first) => join(first, 'nodes/here')],
  ['the data of a local node', 'nodes/here/datasets', (first) => join(first, 'nodes/here/datasets')],
  ['a folder that is away', 'data/backups', () => '/srv/away/backups'],
])('a copy with a link from %s is refused by name, and nothing in it changes; with a copy in place of the link it works', async (_, name, to) => {
  const { state, other, id } = newState();
  for (const file of ['run/cluster.json', 'data/blobs/x', 'data/work_queue.db', 'nodes/here/datasets/one']) write(state, file);
  ownNode(state, 'here', id);
  copy(state, other);
  const link = join(other, name);
  rmSync(link, { recursive: true, force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(to(state), link);
  await expect(settle(other, 'copied')).rejects.toThrow(`${link} is a symbolic link to ${to(state)}, which the other cluster has too`);
  expect([idOf(other), existsSync(join(other, 'run/cluster.json'))]).toEqual([id, true]);
  const hint = await hintOf(settle(other, 'copied'));
  expect(hint).toEqual({
    say: 'a copy of what the link leads to in place of the link, then the same command again',
    run: `ringmaster up --copied --file ${clusterFile}`,
  });
  rmSync(link);
  await settle(other, 'copied');
  expect(idOf(other)).not.toBe(id);
});

test('links that lead to nothing of the other cluster refuse no copy: those inside it, those of jobs and practice nodes, which it loses, and those of nodes of other clusters', async () => {
  const { state, other, id } = newState();
  ownNode(state, 'here', id);
  write(state, 'data/payloads/d/real');
  symlinkSync('real', join(state, 'data/payloads/d/link'));
  write(state, 'nodes/here/jobs/a/1/pid');
  symlinkSync('/etc', join(state, 'nodes/here/jobs/a/1/etc'));
  ownNode(state, 'foreign', 'f'.repeat(16));
  symlinkSync('/etc', join(state, 'nodes/foreign/etc'));
  write(state, 'practice/b.keys/login');
  write(state, 'practice/b/notes');
  symlinkSync('/etc', join(state, 'practice/b/etc'));
  copy(state, other);
  await settle(other, 'copied');
  expect(idOf(other)).not.toBe(id);
});

test('a copy with a hard link to a ledger is refused, and the commands of the failure work', async () => {
  const { state, other, id } = newState();
  const ledger = write(state, 'data/coordination/tasks.db');
  copy(state, other);
  const linked = join(other, 'data/coordination/tasks.db');
  rmSync(linked);
  linkSync(ledger, linked);
  await expect(settle(other, 'copied')).rejects.toThrow(`${linked} is a hard link`);
  expect(idOf(other)).toBe(id);
  const hint = await hintOf(settle(other, 'copied'));
  execFileSync('sh', ['-c', (hint?.say ?? '').replace(/, then the same command again$/, '')]);
  await settle(other, 'copied');
  expect([idOf(other) === id, lstatSync(ledger).nlink]).toEqual([false, 1]);
});

test('a copy of hard links shares no file that a process changes in place, and keeps its text', async () => {
  const { state, other } = newState();
  const changed = [
    'logs/control.log',
    'logs/control.jsonl',
    'logs/daemons.log',
    'logs/notes',
    'data/backups/lock.db',
    'data/backups/restores.ndjson',
  ];
  for (const file of [...changed, 'data/blobs/x']) {
    writeFileSync(write(state, file), 'text of before');
    chmodSync(join(state, file), 0o600);
  }
  execFileSync('cp', ['-al', state, other]);
  await settle(other, 'copied');
  for (const file of changed) {
    const { nlink, mode } = lstatSync(join(other, file));
    expect([file, nlink, (mode & 0o777).toString(8), readFileSync(join(other, file), 'utf8')]).toEqual([file, 1, '600', 'text of before']);
  }
  expect(lstatSync(join(other, 'data/blobs/x')).nlink).toBe(2);
});
