/** The fix that a message about a copy gives works when a person follows it to the letter. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { homeOf } from '../../../activities/gateway/home.ts';
import { snapshotPayload } from '../../../activities/gateway/snapshot-payload.ts';
import { parseCluster } from '../../../src/config/load-cluster.ts';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { CopyRequest, Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { sha256 } from '../../support/sha256.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { failureOf, makeTree } from './copy-harness.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

const temporary = ownTemporaryFolder();
let host: PracticeHost;
aroundHost(async () => (host = await PracticeHost.start('f', temporary)));

/** Returns what a copy changed after it failed with this code and `fix` followed the words of the failure. */
async function mended(
  machine: Machine,
  request: CopyRequest,
  code: string,
  fix: (message: string, say: string) => CopyRequest | undefined | Promise<undefined>,
): Promise<boolean> {
  const failure = await failureOf(machine.copy(request));
  expect(failure).toMatchObject({ code });
  const changed = (await fix(failure.message, failure.hint?.say ?? '')) ?? request;
  return (await machine.copy(changed)).changed;
}

test.each([
  ['the folder of a replica', 'replicas/closed', 0o500],
  ['the folder of the versions', 'replicas/closed/v', 0o500],
  ['a folder that may not be entered', 'replicas/closed', 0o000],
  ['the folder of the inputs', 'blobs', 0o500],
])('sync.permission: %s, and the right to it works', async (_, closed, mode) => {
  const machine = host.machine();
  const from = makeTree({ a: closed + String(mode) });
  const file = join(from, 'a');
  const request: CopyRequest = closed.startsWith('replicas')
    ? { type: 'push-tree', dataset: 'closed', from }
    : { type: 'push-blob', from: file, sha256: sha256(readFileSync(file)) };
  await machine.run({ argv: ['mkdir', '-p', closed], timeoutMs: 20_000 });
  chmodSync(join(host.node.folder, closed), mode);
  const fix = (message: string, say: string): undefined => {
    expect(say).toMatch(
      /^giving the user the right to read and write that path and its folder .*; a relative path begins in the folder of the node$/,
    );
    const [path = ''] = /(?:replicas|blobs)\/[^':]+(?=[':][^']*$)/.exec(message) ?? [];
    for (const named of [dirname(path), path].map((part) => join(host.node.folder, part))) if (existsSync(named)) chmodSync(named, 0o700);
  };
  expect(await mended(machine, request, 'sync.permission', fix)).toBe(true);
});

test('sync.source-missing: a folder at home that is gone; the folder put back works, and so does its new path in the cluster file', async () => {
  const machine = host.machine();
  const tree = makeTree({ a: '1' });
  const text = `cluster: lab\nstate: ${temporary}/state\nnodes: [{ id: f, local: true }]\ndatasets: [{ id: book, origin: home, path: ${tree} }]\n`;
  const requestOf = (file: string): CopyRequest => {
    const from = parseCluster(file, join(temporary, 'cluster.yaml')).datasets[0]?.path ?? '';
    return { type: 'push-tree', dataset: 'book', from };
  };
  const request = requestOf(text);
  const moved = `${tree}-moved`;
  renameSync(tree, moved);
  const says = 'putting the folder back, or correcting its path in the cluster file';
  const correct = (message: string, say: string): CopyRequest => {
    expect(say).toBe(says);
    const [, named = ''] = /the tree (\S+)/.exec(message) ?? [];
    return requestOf(text.replace(named, moved));
  };
  expect(await mended(machine, request, 'sync.source-missing', correct)).toBe(true);
  const putBack = (message: string): undefined => renameSync(moved, /the tree (\S+)/.exec(message)?.[1] ?? '') as undefined;
  expect(await mended(machine, request, 'sync.source-missing', putBack)).toBe(false);
});

test('sync.source-missing: an input that the state folder has lost; a copy of the file put back works', async () => {
  const machine = host.machine();
  const tree = makeTree({ input: 'an input' });
  const from = join(tree, 'input');
  const kept = join(tree, 'kept');
  copyFileSync(from, kept);
  rmSync(from);
  const fix = (message: string, say: string): undefined => {
    expect(say).toBe('putting that file back from a copy of the state folder');
    copyFileSync(kept, /because (\S+) is not there/.exec(message)?.[1] ?? '');
  };
  expect(await mended(machine, { type: 'push-blob', from, sha256: sha256('an input') }, 'sync.source-missing', fix)).toBe(true);
});

test('sync.source-missing: a dataset that the node does not have yet; the pull works when a job has left a file there', async () => {
  const machine = host.machine();
  const request: CopyRequest = { type: 'pull-tree', dataset: 'late', to: join(temporary, 'late') };
  const fix = async (message: string, say: string): Promise<undefined> => {
    expect(say).toBe('again when a job has left something there');
    await writeOnNode(machine, `${/has no (\S+) yet/.exec(message)?.[1]}/game`, 'a game');
  };
  expect(await mended(machine, request, 'sync.source-missing', fix)).toBe(true);
});

test('sync.tree-refused: a dataset folder that its user may not enter; the right to it works', async () => {
  const machine = host.machine();
  await writeOnNode(machine, 'datasets/shut/game', 'a game');
  const folder = join(host.node.folder, 'datasets/shut');
  chmodSync(folder, 0o000);
  const fix = (message: string, say: string): undefined => {
    expect(message).toMatch(/^Cannot .*datasets\/shut of .* because .* may not be read by the user of Ringmaster$/);
    expect(say).toContain('chmod u+r, for a folder chmod u+rx');
    chmodSync(folder, 0o500);
  };
  expect(await mended(machine, { type: 'pull-tree', dataset: 'shut', to: join(temporary, 'shut') }, 'sync.tree-refused', fix)).toBe(true);
});

test('transport.no-shell: a login that runs no program any more; a login that does, and the command of the failure, work', async () => {
  const keys = host.node.authorizedKeys;
  const plain = readFileSync(keys, 'utf8');
  const machine = host.machine();
  const request: CopyRequest = { type: 'push-tree', dataset: 'no-shell', from: makeTree({ a: '1' }) };
  // The connection of the commands keeps its login. The copy makes a connection of its own.
  await machine.run({ argv: ['true'], timeoutMs: 20_000 });
  writeFileSync(keys, `command="echo Backup host" ${plain}`);
  const failure = await failureOf(machine.copy(request));
  expect(failure).toMatchObject({
    code: 'transport.no-shell',
    message: expect.stringContaining('its login printed "Backup host" instead of running our program'),
  });
  expect(failure.hint?.say).toContain('without a forced command');
  const byHand = () => spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99'], { encoding: 'utf8' }).stdout;
  expect(byHand()).toBe('Backup host\n');
  writeFileSync(keys, plain);
  expect(byHand()).toBe('ok\n');
  expect(await machine.copy(request)).toMatchObject({ changed: true });
});

test('sync.source-missing: an output that is gone from the node; the file put back works', async () => {
  const machine = host.machine();
  const job = { item: 'gone.1.job.1', epoch: 1 } as Extract<CopyRequest, { type: 'pull-output' }>['job'];
  const request: CopyRequest = { type: 'pull-output', job, path: 'model', bytes: 7, sha256: sha256('a model'), to: join(temporary, 'model') };
  const fix = async (message: string, say: string): Promise<undefined> => {
    expect(say).toMatch(/^putting that file back, or /);
    await writeOnNode(machine, /has no (\S+)$/.exec(message)?.[1] ?? '', 'a model');
  };
  expect(await mended(machine, request, 'sync.source-missing', fix)).toBe(true);
});

test('sync.source-missing: a snapshot of a payload that was changed; without its folder the snapshot is taken again', async () => {
  const machine = host.machine();
  const payload = makeTree({ play: 'play' });
  const home = homeOf({ state: join(temporary, 'state'), datasets: [], pipelines: [{ name: 'cf', payload }] } as unknown as ClusterConfig);
  const take = async (): Promise<string> => (await snapshotPayload(payload, home, new AbortController().signal)).digest;
  const digest = await take();
  const request: CopyRequest = { type: 'push-tree', dataset: 'payload', from: home.payload(digest), digest };
  writeFileSync(join(home.payload(digest), 'play'), 'changed');
  const fix = async (message: string, say: string): Promise<undefined> => {
    expect(say).toBe('removing that folder, so that Ringmaster takes the payload again, and then running the turn again');
    rmSync(/files of (\S+) were changed/.exec(message)?.[1] ?? '', { recursive: true });
    expect(await take()).toBe(digest);
  };
  expect(await mended(machine, request, 'sync.source-missing', fix)).toBe(true);
});

test('sync.source-changing: a folder with a writer that does not end; when the writer ends the copy works, and so does a rename', async () => {
  const machine = host.machine();
  const from = makeTree({ a: '1', log: '' });
  const request: CopyRequest = { type: 'push-tree', dataset: 'changing', from };
  const write = (): ReturnType<typeof setInterval> => setInterval(() => appendFileSync(join(from, 'log'), 'more\n'), 1);
  let writer = write();
  const fix = (message: string, say: string): undefined => {
    expect(message).toMatch(/these files changed while they were copied, 3 times in a row: log$/);
    expect(say).toBe('again when nothing writes to the folder, or a folder that gets finished files by a rename');
    clearInterval(writer);
  };
  expect(await mended(machine, request, 'sync.source-changing', fix)).toBe(true);
  // The second fix: the writer works beside the folder, and its finished file arrives by a rename.
  const beside = join(makeTree({ log: '' }), 'log');
  writer = setInterval(() => appendFileSync(beside, 'more\n'), 1);
  expect(await machine.copy(request)).toMatchObject({ changed: false });
  clearInterval(writer);
  renameSync(beside, join(from, 'finished'));
  expect(await machine.copy(request)).toMatchObject({ changed: true });
});

refusedWithoutRoot('a folder of a node that belongs to root');

test.runIf(isRoot)('node.no-folder: a folder of the node that belongs to root; the right to it works, and so does another folder', async () => {
  const { folder } = host.node;
  const hello = { argv: ['printf', 'hello'], timeoutMs: 20_000 };
  const machine = host.machine();
  await machine.run(hello);
  chownSync(folder, 0, 0);
  chmodSync(folder, 0o500);
  const failure = await failureOf(machine.run(hello));
  expect(failure).toMatchObject({ code: 'node.no-folder', message: expect.stringContaining(`Cannot enter the folder ${folder} on f`) });
  const [, key = ''] = /\(chown, chmod u\+rwx\), or another `(\w+)` for node f in the cluster file$/.exec(failure.hint?.say ?? '') ?? [];
  const text = `cluster: lab\nstate: ${temporary}/empty\nnodes: [{ id: f, ssh: { host: f }, ${key}: ${host.node.home}/other }]\n`;
  const [node] = parseCluster(text, join(temporary, 'cluster.yaml')).nodes;
  const other = openMachine({ node: 'f' as NodeId, owner: ownerNamed(host.cluster), folder: node?.folder ?? '', connect: host.connect() });
  expect((await other.run(hello)).stdout).toBe('hello');
  await other.close();
  execFileSync('chown', [host.node.user, folder]);
  execFileSync('chmod', ['u+rwx', folder]);
  expect((await machine.run(hello)).stdout).toBe('hello');
});

/** What stands in the way of the folder `ringmaster` in the home folder of the login. */
const inTheWay: Readonly<Record<string, (home: string) => void>> = {
  'a home folder that is not there': () => undefined,
  'a home folder that is a file': (home) => writeFileSync(home, ''),
  'a home folder that may not be entered': (home) => mkdirSync(home, { mode: 0o700 }),
  'a file with its name': (home) => {
    mkdirSync(home, { mode: 0o755 });
    writeFileSync(join(home, 'ringmaster'), '');
  },
  'a link that leads nowhere': (home) => {
    mkdirSync(home, { mode: 0o755 });
    symlinkSync('/nonexistent/disk', join(home, 'ringmaster'));
  },
};

test.runIf(isRoot).each(Object.keys(inTheWay))('node.no-folder: %s; the command of the fix works', async (what) => {
  const home = join(mkdtempSync(join(temporary, 'homes-')), 'home');
  chmodSync(join(home, '..'), 0o755);
  inTheWay[what]?.(home);
  const setHome = (to: string): void => void execFileSync('usermod', ['--home', to, host.node.user]);
  setHome(home);
  const open = (folder: string) => openMachine({ node: 'f' as NodeId, owner: ownerNamed(host.cluster), folder, connect: host.connect() });
  const hello = { argv: ['printf', 'hello'], timeoutMs: 20_000 };
  try {
    const [machine, other] = [open('ringmaster'), open(join(host.node.home, `other-${what.length}`))];
    const failure = await failureOf(machine.run(hello));
    expect(failure).toMatchObject({ code: 'node.no-folder', message: expect.stringContaining(`because ${home}`) });
    expect((await other.run(hello)).stdout).toBe('hello');
    const say = failure.hint?.say ?? '';
    const [, command = ''] = /^\w+ it \((?:as root on the node: )?(.*?)\), or/.exec(say) ?? [];
    if (what === 'a home folder that is a file') rmSync(home);
    execFileSync('sh', ['-c', command.replaceAll('USER', host.node.user)]);
    execFileSync('chown', ['-R', host.node.user, home]);
    expect((await machine.run(hello)).stdout).toBe('hello');
    await Promise.all([machine.close(), other.close()]);
  } finally {
    setHome(host.node.home);
  }
});
