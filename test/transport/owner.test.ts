/** Tests that a node's folder has one owner: a cluster with the same name, folder and login is another cluster if its id is another one. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import { placeKey } from '../../src/domain/node/place.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import type { Machine, StartRequest } from '../../src/transport/machine.ts';
import { clearCommand } from '../../src/transport/clear-command.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { eventually } from '../support/eventually.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { endProcesses, isAlive, processes } from '../support/processes.ts';
import { coded } from './conformance/machine-harness.ts';

ownTemporaryFolder();
const ids = ['a1', 'b2'].map((id) => `${id}${process.pid}`);
const [first = '', second = ''] = ids;
const identity = (id: string, isUpgraded = false): ClusterIdentity => ({ id, name: 'lab', says: `lab (someone@home:/state/${id})`, isUpgraded });
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'node-'));
const open = (id: string, folder: string, isUpgraded = false): Machine =>
  openMachine({ node: 'here' as NodeId, owner: identity(id, isUpgraded), folder, connect: { type: 'local' } });
const request = (item: string, argv = ['sleep', '300']): StartRequest => ({
  job: { item: item as ItemId, epoch: 1 },
  argv,
  env: {},
  seed: 1,
  requestJson: '{}',
  inputs: [],
  limits: { runSecondsMax: 100, silentSecondsMax: 100 },
});

afterAll(async () => {
  await endProcesses(({ mark }) => [...ids, 'lab'].some((id) => mark.startsWith(`${id}/`)));
  for (const id of ids) expect(await leaksOf(id)).toEqual([]);
});

describe('a folder that another cluster owns', () => {
  test('refuses every call with node.foreign-owner, names the owner, and stays as it is', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const [owner, other] = [open(first, folder), open(second, folder)];
    const { job } = request('one');
    const { pid } = await owner.start(request('one'));
    const before = readdirSync(folder, { recursive: true });
    const tree = newFolder();
    writeFileSync(join(tree, 'file'), 'x');
    const calls: readonly (() => Promise<unknown>)[] = [
      () => other.probe(),
      () => other.start(request('two')),
      () => other.start(request('one')),
      () => other.look([job]),
      () => other.stop(job, 0),
      () => other.stopAll(0),
      () => other.manifest(job),
      () => other.settle(job, [{ path: 'a', to: 'dataset:d' }]),
      () => other.forget([job]),
      () => other.read('jobs/one/1/out', { bytesMax: 1 }),
      () => other.run({ argv: ['true'], timeoutMs: 10_000 }),
      () => other.copy({ type: 'push-tree', dataset: 'd', from: tree }),
      () => other.copy({ type: 'pull-tree', dataset: 'd', to: newFolder() }),
      () => other.copy({ type: 'push-blob', from: join(tree, 'file'), sha256: 'a'.repeat(64) }),
    ];
    for (const call of calls) await expect(call()).rejects.toEqual(coded('node.foreign-owner'));
    await expect(other.probe()).rejects.toThrow(`another cluster: lab (someone@home:/state/${first})`);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    expect(await owner.look([job])).toMatchObject([{ phase: 'running' }]);
    expect(isAlive(pid)).toBe(true);
    await owner.stop(job, 0);
  });

  test('the first of two clusters that come at the same time owns the folder', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const machines = [first, second, first, second, first, second].map((id) => ({ id, machine: open(id, folder) }));
    const seen = await Promise.allSettled(machines.map(({ machine }) => machine.probe()));
    const [owner] = readFileSync(join(folder, 'owner'), 'utf8').split('\n');
    expect(seen.map(({ status }) => status === 'fulfilled')).toEqual(machines.map(({ id }) => id === owner));
    expect(readdirSync(folder).filter((name) => name.startsWith('.owner'))).toEqual([]);
  });
});

test('clusters with the same name end only their own jobs', { timeout: 60_000 }, async () => {
  const [one, other] = [open(first, newFolder()), open(second, newFolder())];
  const { job } = request('same');
  await one.start(request('same'));
  await other.start(request('same'));
  await one.stop(job, 0);
  expect(await other.look([job])).toMatchObject([{ phase: 'running' }]);
  await one.start(request('more'));
  await one.stopAll(0);
  expect(await one.look([job, request('more').job])).toMatchObject([{ phase: 'ended' }, { phase: 'ended' }]);
  expect(await other.look([job])).toMatchObject([{ phase: 'running' }]);
  await other.stopAll(0);
  expect(await other.look([job])).toMatchObject([{ phase: 'ended' }]);
});

describe('a purge', () => {
  test('removes what is ours and the folder; a new cluster then starts an old item again', { timeout: 60_000 }, async () => {
    const above = newFolder();
    const folder = join(above, 'ringmaster', 'lab');
    const old = open(first, folder);
    await old.start(request('one', ['sh', '-c', 'mkdir -p output/closed && chmod 0 output/closed']));
    await eventually('the job has ended', async () => (await old.look([request('one').job]))[0]?.phase === 'ended');
    await expect(open(second, folder).purge()).rejects.toEqual(coded('node.foreign-owner'));
    await old.stopAll(0);
    expect(await old.purge()).toBeUndefined();
    expect(readdirSync(above)).toEqual([]);
    const fresh = open(second, folder);
    expect(await fresh.start(request('one'))).toMatchObject({ adopted: false });
    await fresh.stopAll(0);
  });

  test('keeps what is not ours, and names it', async () => {
    const folder = newFolder();
    const machine = open(first, folder);
    await machine.probe();
    const elsewhere = newFolder();
    writeFileSync(join(elsewhere, 'file'), '');
    symlinkSync(elsewhere, join(folder, 'replicas'));
    writeFileSync(join(folder, 'notes.txt'), '');
    writeFileSync(join(folder, '.owner.4711'), 'of a program that was killed');
    expect(await machine.purge()).toBe('notes.txt');
    expect(readdirSync(folder)).toEqual(['notes.txt']);
    expect(readdirSync(elsewhere)).toEqual(['file']);
  });

  test('the command for later clears the folder of that cluster and no other', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    await open(first, folder).probe();
    const clear = (id: string): void => void spawnSync('sh', ['-c', clearCommand({ folder, connect: { type: 'local' } }, id)]);
    clear(second);
    expect(readdirSync(folder)).toContain('owner');
    clear(first);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a folder without an owner', () => {
  test.each(['notes.txt', '.git', 'jobs', 'fences'])('that contains %s is refused with node.foreign-files and stays as it is', async (name) => {
    const folder = newFolder();
    mkdirSync(join(folder, name));
    await expect(open(first, folder).start(request('one'))).rejects.toEqual(coded('node.foreign-files'));
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('that is a new file system is taken', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'lost+found'));
    await open(first, folder).probe();
    expect(readFileSync(join(folder, 'owner'), 'utf8')).toBe(`${first}\nlab (someone@home:/state/${first})\n`);
  });
});

describe('a folder whose owner a program has removed', () => {
  const ours = async (): Promise<{ readonly folder: string; readonly pid: number }> => {
    const folder = newFolder();
    await open(first, folder).probe();
    const { pid } = await open(first, folder).start(request('one'));
    return { folder, pid };
  };
  const ownerIn = (folder: string): string | undefined => readFileSync(join(folder, 'owner'), 'utf8').split('\n')[0];
  const breaks: Readonly<Record<string, (folder: string) => void>> = {
    'the file': (folder) => rmSync(join(folder, 'owner')),
    'the file and the fences': (folder) => ['owner', 'fences'].forEach((name) => rmSync(join(folder, name), { recursive: true })),
    'the records and the file': (folder) => ['owner', 'records'].forEach((name) => rmSync(join(folder, name), { recursive: true })),
    'the text of the file': (folder) => writeFileSync(join(folder, 'owner'), ''),
    'the file, for a folder': (folder) => {
      rmSync(join(folder, 'owner'));
      mkdirSync(join(folder, 'owner'));
    },
    'the access to the file': (folder) => chmodSync(join(folder, 'owner'), 0),
  };

  test.each(Object.keys(breaks))('gets it back: %s', { timeout: 60_000 }, async (what) => {
    const { folder, pid } = await ours();
    breaks[what]?.(folder);
    writeFileSync(join(folder, 'notes.txt'), 'of a program');
    expect(await open(first, folder).look([request('one').job])).toMatchObject([{ phase: 'running' }]);
    expect(ownerIn(folder)).toBe(first);
    expect(isAlive(pid)).toBe(true);
    await open(first, folder).stopAll(0);
  });

  test.each(Object.keys(breaks).filter((what) => what !== 'the access to the file'))(
    'is no other cluster’s: %s',
    { timeout: 60_000 },
    async (what) => {
      const { folder } = await ours();
      breaks[what]?.(folder);
      const before = readdirSync(folder);
      await expect(open(second, folder).look([request('one').job])).rejects.toMatchObject({ code: expect.stringMatching(/^node\.foreign-/) });
      expect(readdirSync(folder)).toEqual(before);
      await open(first, folder).stopAll(0);
    },
  );
});

describe('another place under the name of a node', () => {
  const at = (folder: string, place: string): Machine =>
    openMachine({ node: 'here' as NodeId, owner: identity(first), folder, connect: { type: 'local' }, place: () => place });

  test('refuses every call but the probe with node.other-machine, and nothing acts there', { timeout: 60_000 }, async () => {
    const [folder, elsewhere] = [newFolder(), newFolder()];
    const { place } = await open(first, folder).probe();
    if (place === undefined) throw new Error('the probe reports no place');
    const before = at(folder, placeKey(place));
    const { pid } = await before.start(request('one'));
    const { job } = request('one');
    expect(await before.look([job])).toMatchObject([{ phase: 'running' }]);
    const after = at(elsewhere, placeKey(place));
    await expect(after.look([job])).rejects.toEqual(coded('node.other-machine'));
    await expect(after.start(request('two'))).rejects.toEqual(coded('node.other-machine'));
    await expect(after.stop(job, 0)).rejects.toEqual(coded('node.other-machine'));
    const other = (await after.probe()).place;
    expect(other).toMatchObject({ bootId: place.bootId, path: elsewhere });
    expect(other?.folderId).not.toBe(place.folderId);
    await expect(after.look([job])).rejects.toEqual(coded('node.other-machine'));
    expect(readdirSync(elsewhere).toSorted()).toEqual(['fences', 'owner']);
    expect(isAlive(pid)).toBe(true);
    await before.stop(job, 0);
  });

  test('is another machine with the same disk', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const { place } = await open(first, folder).probe();
    await expect(
      at(folder, `${place?.folderId}/another-machine another-boot ${place?.host} ${place?.path}`).look([request('one').job]),
    ).rejects.toEqual(coded('node.other-machine'));
  });
});

describe('a folder of an older release', () => {
  /** Starts a job in the way of a release without ids: there is no owner and no digest, and the mark has the name of the cluster. */
  async function oldJob(folder: string, item: string): Promise<number> {
    const old = openMachine({
      node: 'here' as NodeId,
      owner: { ...identity('lab'), id: 'lab' },
      folder,
      connect: { type: 'local' },
    });
    const { pid } = await old.start(request(item));
    for (const file of ['owner', `records/${item}/1/spec`]) rmSync(join(folder, file));
    return pid;
  }

  test('is taken by the cluster that is upgraded: its jobs are adopted, seen and stopped', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const pid = await oldJob(folder, 'old');
    await oldJobIsOld(pid);
    const machine = open(first, folder, true);
    const { job } = request('old');
    expect(await machine.start(request('old'))).toMatchObject({ pid, adopted: true });
    expect(await machine.look([job])).toMatchObject([{ phase: 'running' }]);
    expect(readFileSync(join(folder, 'owner'), 'utf8').split('\n')[0]).toBe(first);
    expect(await machine.stop(job, 0)).toEqual({ stopped: 1 });
    expect(readlinkSync(join(folder, 'fences/old'))).toBe('=1');
  });

  test('its jobs and its worker are ended by stopAll', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const pid = await oldJob(folder, 'old');
    mkdirSync(join(folder, 'worker'));
    const script = 'exec 9>worker/lock; flock 9; echo $$ >worker/pid; exec sleep 300';
    const worker = spawn('sh', ['-c', script], {
      cwd: folder,
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, RINGMASTER_MARK: 'lab/worker/here' },
    });
    await eventually('the worker has its lock', () => readdirSync(join(folder, 'worker')).includes('pid'));
    const stranger = spawn('sleep', ['300'], { stdio: 'ignore', env: { ...process.env, RINGMASTER_MARK: 'lab/another/1' } });
    expect(await open(first, folder, true).stopAll(0)).toEqual({ stopped: 2 });
    expect([pid, worker.pid ?? 0].map(isAlive)).toEqual([false, false]);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    stranger.kill('SIGKILL');
  });

  test('is refused by a new cluster', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const pid = await oldJob(folder, 'old');
    await expect(open(second, folder).start(request('old'))).rejects.toEqual(coded('node.foreign-files'));
    expect(isAlive(pid)).toBe(true);
    await open(first, folder, true).stopAll(0);
  });
});

const oldJobIsOld = (pid: number): Promise<unknown> =>
  eventually('the job has the mark of an older release', () => processes().some((one) => one.pid === pid && one.mark === 'lab/old/1'));
