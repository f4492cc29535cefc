/** Each fault of a node (its keys, transfers to it, its disk) has a failure code, and the whole product shows that code. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { descendants, isAlive, isSshd, jobProcesses } from '../../support/processes.ts';
import { filesBelow, placeInput } from '../mixed/home-files.ts';
import { accepted, closedItem, expectExplained, expectFailed, running, live, sentence, shell, useCluster, toy } from './harness.ts';
import { retriesOf, synced, syncRows } from './sync.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { sha256 } from '../../support/sha256.ts';
import { allPids, commandOf } from '../../../src/process/proc.ts';

useCluster();

const killSessions = (node: string): void => {
  for (const pid of descendants(live.cluster.pid(`sshd-${node}`)).filter(isSshd)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
};
const nodeIs = (node: string, state: string) =>
  live.cluster.until(`${node} ${state}`, 90, (status) => status.nodes.find((one) => one.node === node && one.state === state));

describe('a node whose', () => {
  const keys = [
    {
      what: 'host key is another one',
      file: 'known_hosts',
      code: 'transport.host-key-changed',
      says: /is not the one known in .+known_hosts: another machine may answer there; try .+ssh-keygen -R/,
    },
    { what: 'host key is not known', file: 'known_hosts', code: 'transport.host-key-unknown', says: /is not in .+known_hosts; try .+fingerprint/ },
    {
      what: 'sshd does not accept our key',
      file: 'login',
      code: 'transport.authentication',
      says: /refused the key of .+; try adding its public half/,
    },
  ] as const;

  it.each(keys)(
    '$what: $code; nothing happens there until the key is right again',
    async ({ file, code, says }) => {
      const name = code.split('.')[1] ?? '';
      const path = join(live.cluster.state, 'practice/b.keys', file);
      await nodeIs('b', 'alive');
      await live.cluster.add(toy(`under-way.${name}`, 'ok', { labels: ['on-b'], env: { TOY_MODE: 'ok', TOY_MS: '300000' } }));
      await running(`under-way.${name}`);
      const process1 = jobProcesses(live.cluster.name, `under-way.${name}`);
      const right = readFileSync(path, 'utf8');
      const stranger = join(live.cluster.folder, `stranger-${name}`);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
      const [type, key] = readFileSync(`${stranger}.pub`, 'utf8').split(' ');
      const wrong = {
        'transport.host-key-changed': `${right.split(' ')[0]} ${type} ${key}\n`,
        'transport.host-key-unknown': '',
        'transport.authentication': readFileSync(stranger, 'utf8'),
      }[code];
      // A public half of another key would be refused before the host sees the key.
      const half = code === 'transport.authentication' ? { path: `${path}.pub`, right: readFileSync(`${path}.pub`, 'utf8') } : undefined;
      if (half !== undefined) writeFileSync(half.path, `${type} ${key}\n`);
      writeFileSync(path, wrong);
      killSessions('b');
      const before = accepted();
      try {
        const { evidence } = await nodeIs('b', 'unreachable');
        expect(evidence).toMatch(says);
        const explained = await live.cluster.cli('explain', 'b');
        expect(explained.stdout.replaceAll(/\s+/g, ' ')).toMatch(says);

        const sync = await synced('openings', 'b');
        expect(sync).toMatchObject({ state: 'failed', failure: { code } });
        expect(sync.failure && sentenceOf(sync.failure)).toMatch(says);
        expect(sync.failure && sentenceOf(sync.failure)).toMatch(sentence);
        if (sync.failure !== undefined) await expectExplained('sync/openings/b', sync.failure);

        await live.cluster.add(toy(`waits.${name}`, 'ok', { labels: ['on-b'] }));
        const waits = await live.cluster.cli('explain', `waits.${name}`);
        expect(waits.stdout).toMatch(/no node with .*on-b is alive \(b unreachable\)/);
        expect((await live.cluster.item(`waits.${name}`))?.item.state).toBe('pending');
        expect((await live.cluster.item(`under-way.${name}`))?.item.state, 'unreachable is not failed').toBe('running');
        expect(process1.every(isAlive), 'its process goes on').toBe(true);
        expect(accepted(), 'no wrong data').toEqual(before);
      } finally {
        writeFileSync(path, right);
        if (half !== undefined) writeFileSync(half.path, half.right);
      }
      await nodeIs('b', 'alive');
      expect((await closedItem(`waits.${name}`)).item.state).toBe('completed');
      expect((await live.cluster.item(`under-way.${name}`))?.item).toMatchObject({ state: 'running', epoch: 1 });
      expect(process1.every(isAlive), 'adopted, not started again').toBe(true);
      expect((await live.cluster.cli('job', 'cancel', `under-way.${name}`)).code).toBe(0);
      expect((await closedItem(`under-way.${name}`)).item.state).toBe('cancelled');
      expect((await synced('openings', 'b')).state).toBe('completed');
    },
    300_000,
  );
});

describe('a transfer', () => {
  it('that is killed midway continues and ends with the right bytes', async () => {
    const data = randomBytes(160 * 1024 * 1024);
    writeFileSync(join(live.cluster.folder, 'big/blob'), data);
    const target = join(live.cluster.nodeFolder('b'), 'replicas/big');
    let killed = 0;
    const killing = setInterval(() => {
      if (killed >= 2) return;
      for (const pid of allPids()) {
        const words = commandOf(pid);
        if (words[0] !== 'rsync' || !words.some((word) => word.startsWith(join(live.cluster.folder, 'big')))) continue;
        // Kills only after some bytes have arrived.
        if (filesBelow(join(target, 'incoming')).every((path) => size(path) < 1_000_000)) continue;
        process.kill(pid, 'SIGKILL');
        killed += 1;
        expect(filesBelow(join(target, 'v')), 'nothing half is swapped in').toEqual([]);
      }
    }, 5);
    try {
      const sync = await synced('big', 'b');
      expect(killed, 'a transfer was killed').toBeGreaterThan(0);
      expect(sync).toMatchObject({ state: 'completed', files: 1, bytes: data.length });
    } finally {
      clearInterval(killing);
    }
    expect(sha256(readFileSync(join(target, 'current/blob')))).toBe(sha256(data));
    expect(syncRows('big')).toMatchObject([{ target: 'b', method: 'rsync', state: 'completed' }]);
    expect(await retriesOf('sync/big/b'), 'the killed try is on record').toEqual(['sync.interrupted']);
  }, 300_000);

  it('to and from a node without rsync uses tar, and the record says so', async () => {
    const home = join(live.cluster.nodeFolder('c'), '..');
    const bin = join(home, 'bin');
    mkdirSync(bin);
    for (const folder of ['/usr/bin', '/bin', '/usr/local/bin'])
      for (const name of readdirSync(folder)) if (name !== 'rsync' && size(join(bin, name)) === -1) symlinkSync(join(folder, name), join(bin, name));
    const config = join(live.cluster.state, 'practice/c.keys/sshd_config');
    const before = readFileSync(config, 'utf8');
    const restart = async (text: string): Promise<void> => {
      writeFileSync(config, text);
      const listener = live.cluster.pid('sshd-c');
      killSessions('c');
      process.kill(listener, 'SIGKILL');
      await live.cluster.until('another sshd of c', 30, () => live.cluster.pid('sshd-c') !== listener && isAlive(live.cluster.pid('sshd-c')));
      await nodeIs('c', 'alive');
    };
    await restart(before.replace(/^SetEnv PATH=.*$/m, `SetEnv PATH=${bin}`));
    try {
      expect(await synced('openings', 'c')).toMatchObject({ state: 'completed', files: 1 });
      expect(readFileSync(join(live.cluster.nodeFolder('c'), 'replicas/openings/current/first'), 'utf8')).toBe('e4');
      await live.cluster.add(toy('bare.1', 'ok', { labels: ['on-c'] }));
      expect((await closedItem('bare.1')).item.state).toBe('completed');
      expect(await synced('toy-games', 'home', 'c')).toMatchObject({ state: 'completed' });
      expect(syncRows('openings').filter(({ target, state }) => target === 'c' && state === 'completed')).toMatchObject([{ method: 'tar' }]);
      expect(syncRows('toy-games@c')).toMatchObject([{ source: 'c', target: 'home', method: 'tar', state: 'completed' }]);
    } finally {
      await restart(before);
    }
  }, 300_000);
});

/** Mounts 4 MiB of memory as the folder of node c. The tests need root and the right to mount. Without that right they fail with a message. */
describe('a full disk on a node', () => {
  let folder = '';
  beforeAll(async () => {
    folder = live.cluster.nodeFolder('c');
    const { uid, gid } = statSync(folder);
    renameSync(folder, `${folder}.kept`);
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=4m,nr_inodes=2000,uid=${uid},gid=${gid},mode=700`, 'ringmaster-test', folder]);
    killSessions('c');
    await nodeIs('c', 'alive');
  }, 120_000);
  afterAll(() => {
    if (folder !== '') execFileSync('umount', ['--lazy', folder]);
  });
  // This empties the disk after each test, even after a failed test.
  afterEach(() => {
    execFileSync('sh', ['-c', `cd ${folder} && rm -rf replicas blobs jobs filler names`]);
  });
  const onC = { labels: ['on-c'] };

  it('that cannot take a dataset: sync.disk-full', async () => {
    writeFileSync(join(live.cluster.folder, 'big/blob'), randomBytes(8 * 1024 * 1024));
    const sync = await synced('big', 'c');
    expect(sync).toMatchObject({ state: 'failed', failure: { code: 'sync.disk-full' } });
    expect(sync.failure && sentenceOf(sync.failure)).toMatch(sentence);
    if (sync.failure !== undefined) await expectExplained('sync/big/c', sync.failure);
    expect(filesBelow(join(folder, 'replicas/big/v'))).toEqual([]);
  }, 180_000);

  it('that cannot take an input: job.disk-full', async () => {
    const before = accepted();
    const input = placeInput(live.cluster, 'games.ndjson', randomBytes(6_000_000));
    await live.cluster.add(toy('full.input', 'ok', { ...onC, inputs: [input] }));
    await expectFailed('full.input', 'job.disk-full', { says: /No space left on device/ });
    expect(
      accepted().filter((path) => !path.includes(input.sha256)),
      'no wrong data',
    ).toEqual(before);
    expect(filesBelow(join(folder, 'blobs')).filter((path) => path.includes(input.sha256) && !path.includes('.in.'))).toEqual([]);
  }, 180_000);

  it('that a job fills: job.disk-full, although its stderr could not be written either', async () => {
    const before = accepted();
    await live.cluster.add(shell('full.job', 'set -e; cat /dev/zero >output/games.ndjson; exit 1', onC));
    await expectFailed('full.job', 'job.disk-full', { says: /disk is full/ });
    expect(filesBelow(join(folder, 'jobs', 'full.job')), 'its folder is gone at once').toEqual([]);
    expect(filesBelow(join(folder, 'records', 'full.job')), 'its record stays').not.toEqual([]);
    expect(accepted(), 'no wrong data').toEqual(before);
  }, 180_000);

  const fill = () => execFileSync('sh', ['-c', `head -c 8000000 /dev/zero >${folder}/filler || true`], { stdio: 'ignore' });

  it('on which no job can start: job.disk-full at once, and an old start would be refused', async () => {
    fill();
    const before = accepted();
    const id = 'full.start';
    await live.cluster.add(toy(id, 'ok', { ...onC, payload: undefined, command: ['true'] }));
    await expectFailed(id, 'job.disk-full');
    expect(statSync(join(folder, 'filler')).size, 'the disk is full yet').toBeGreaterThan(3_000_000);
    expect(readlinkSync(join(folder, 'fences', id)), 'no start of epoch 1 any more').toBe('=2');
    expect(accepted(), 'no wrong data').toEqual(before);
  }, 180_000);

  it('on which even the fence cannot be written: the item is kept, explain says what it waits for, and it closes when there is room', async () => {
    fill();
    const names = join(folder, 'names');
    mkdirSync(names);
    // Creates links until no inode is left.
    execFileSync('sh', ['-c', `cd ${names}; i=0; while ln -s x $i 2>/dev/null; do i=$((i + 1)); done`]);
    const id = 'full.names';
    await live.cluster.add(toy(id, 'ok', { ...onC, payload: undefined, command: ['true'] }));
    await live.cluster.until('explained', 90, async () =>
      /cannot stop; trying again.*Cannot stop full\.names\/1 on c because its disk is full; try freeing space there/.test(
        (await live.cluster.cli('explain', id)).stdout.replaceAll(/\s+/g, ' '),
      ),
    );
    expect((await live.cluster.item(id))?.item.state).toBe('claimed');
    execFileSync('rm', ['-rf', names]);
    await expectFailed(id, 'job.disk-full');
  }, 180_000);

  it('that has room again runs the next job', async () => {
    await live.cluster.add(toy('full.again', 'ok', onC));
    expect((await closedItem('full.again')).item.state).toBe('completed');
  }, 120_000);
});

function size(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return -1;
  }
}
