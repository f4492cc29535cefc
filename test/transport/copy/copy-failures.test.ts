/** What may go wrong while files are on their way, each with its code, and that the next try is right. Local and over a real sshd. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/failure.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { coded, until } from '../conformance/bench.ts';
import { processes } from '../processes.ts';

const temporary = ownTemporaryFolder();
const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const failureOf = (step: Promise<unknown>): Promise<RingmasterError> =>
  step.then(
    () => Promise.reject(new Error('it went well')),
    (error: RingmasterError) => error,
  );
const sentence = /^Cannot .+ because .+; try .+/s;

function makeTree(files: Readonly<Record<string, string | Buffer>>): string {
  const from = mkdtempSync(join(temporary, 'tree-'));
  for (const [path, data] of Object.entries(files)) {
    mkdirSync(join(from, path, '..'), { recursive: true });
    writeFileSync(join(from, path), data);
  }
  return from;
}

const rsyncs = (): readonly number[] =>
  processes().flatMap(({ pid, words }) => (words[0] === 'rsync' && words.some((word) => word.includes(temporary)) ? [pid] : []));

let host: PracticeHost;
/** One without rsync. */
let bare: PracticeHost | undefined;
let machine: Machine;
beforeAll(async () => {
  host = await PracticeHost.start('c', temporary);
  machine = host.machine();
}, 60_000);
afterAll(async () => {
  await host.closeMachines();
  const leaks = [...((await bare?.remove()) ?? []), ...(await host.remove())];
  rmSync(temporary, { recursive: true, force: true });
  if (leaks.length > 0) throw new Error(`left behind: ${leaks.join('; ')}`);
}, 60_000);

/** The node's folder as root or as ourselves sees it. */
const onNode = (path: string): string => join(host.node.folder, path);

describe('a transfer that is killed', { timeout: 60_000 }, () => {
  test('is sync.interrupted, and the next goes on from what is there', async () => {
    const bytes = 9_000_000;
    const bandwidthKibMax = 1_500; // The whole takes 5.9 s.
    const from = makeTree({ big: randomBytes(bytes), small: 'x' });
    const copying = failureOf(machine.copy({ type: 'push-tree', dataset: 'resumed', from, bandwidthKibMax }));
    const incoming = onNode('replicas/resumed/incoming');
    await until(
      () =>
        existsSync(incoming)
          ? readdirSync(incoming)
              .map((name) => [name, lstatSync(join(incoming, name)).size] as const)
              .find(([name, size]) => name.startsWith('.big') && size > 6_500_000)
          : undefined,
      (seen) => seen !== undefined,
    );
    for (const pid of rsyncs()) process.kill(pid, 'SIGTERM');
    const failure = await copying;
    expect(failure).toMatchObject({ code: 'sync.interrupted', message: expect.stringMatching(sentence) as string });
    // The other side notices the loss, and keeps what it has for the next.
    const partial = join(incoming, '.partial', 'big');
    await until(
      () => existsSync(partial),
      (there) => there,
    );
    const kept = statSync(partial).size;
    expect(kept).toBeGreaterThan(6_500_000);
    expect(existsSync(onNode('replicas/resumed/current'))).toBe(false);
    // With the same brake, what is left takes less time than the whole could.
    const began = performance.now();
    expect(await machine.copy({ type: 'push-tree', dataset: 'resumed', from, bandwidthKibMax })).toMatchObject({
      changed: true,
      method: 'rsync',
      bytes: bytes + 1,
    });
    expect(performance.now() - began).toBeLessThan(5_500);
    expect(sha256(readFileSync(onNode('replicas/resumed/current/big')))).toBe(sha256(readFileSync(join(from, 'big'))));
    expect(readdirSync(onNode('replicas/resumed/current')).toSorted()).toEqual(['big', 'small']);
  });

  test('ends soon and leaves no process when the caller gives up', async () => {
    const from = makeTree({ big: randomBytes(12_000_000) });
    const caller = new AbortController();
    const copying = failureOf(machine.copy({ type: 'push-tree', dataset: 'given-up', from, bandwidthKibMax: 500, signal: caller.signal }));
    await until(
      () => rsyncs().length,
      (count) => count > 0,
    );
    caller.abort();
    const began = performance.now();
    expect((await copying).code).toBe('job.cancelled');
    await until(
      () => rsyncs().length,
      (count) => count === 0,
    );
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await machine.copy({ type: 'push-tree', dataset: 'given-up', from })).toMatchObject({ changed: true });
  });
});

describe('bytes that are not what they should be', { timeout: 60_000 }, () => {
  test('a file that is damaged on its way is sync.corrupt and removed; the next try is right', async () => {
    // The same size and time as the source: rsync believes that it is there already.
    const from = makeTree({ good: 'good', damaged: 'as it is' });
    const when = new Date(1_700_000_000_000);
    utimesSync(join(from, 'damaged'), when, when);
    await machine.write('replicas/hurt/incoming/damaged', 'as it WA');
    utimesSync(onNode('replicas/hurt/incoming/damaged'), when, when);
    const push = () => machine.copy({ type: 'push-tree', dataset: 'hurt', from });
    const failure = await failureOf(push());
    expect(failure).toMatchObject({ code: 'sync.corrupt', message: expect.stringMatching(sentence) as string });
    expect(failure.message).toContain('damaged');
    expect(existsSync(onNode('replicas/hurt/current'))).toBe(false);
    expect(existsSync(onNode('replicas/hurt/incoming/damaged'))).toBe(false);
    expect(await push()).toMatchObject({ changed: true });
    expect(readFileSync(onNode('replicas/hurt/current/damaged'), 'utf8')).toBe('as it is');
  });

  test('a version that has rotted is not the source of the next one twice', async () => {
    const from = makeTree({ old: 'first text', other: '1' });
    const when = new Date(1_700_000_000_000);
    utimesSync(join(from, 'old'), when, when);
    const push = () => machine.copy({ type: 'push-tree', dataset: 'rot', from });
    await push();
    // Same size, other bytes, the old time: the source has changed and nobody can tell but by reading.
    writeFileSync(join(from, 'old'), 'other text');
    utimesSync(join(from, 'old'), when, when);
    await expect(push()).rejects.toEqual(coded('sync.corrupt'));
    expect(readFileSync(onNode('replicas/rot/current/old'), 'utf8')).toBe('first text');
    expect(await push()).toMatchObject({ changed: true });
    expect(readFileSync(onNode('replicas/rot/current/old'), 'utf8')).toBe('other text');
  });

  test('of a pull are removed at home; the next pull is right', async () => {
    const to = join(temporary, 'pulled-hurt');
    await machine.write('datasets/pull-hurt/game', 'as it is');
    const when = new Date(1_700_000_000_000);
    utimesSync(onNode('datasets/pull-hurt/game'), when, when);
    const pull = () => machine.copy({ type: 'pull-tree', dataset: 'pull-hurt', to });
    await pull();
    writeFileSync(onNode('datasets/pull-hurt/game'), 'as it WA');
    utimesSync(onNode('datasets/pull-hurt/game'), when, when);
    await expect(pull()).rejects.toEqual(coded('sync.corrupt'));
    expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('as it is');
    expect(await pull()).toMatchObject({ changed: true });
    expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('as it WA');
  });

  test('a blob above the inline size is verified too', async () => {
    const from = join(makeTree({ blob: randomBytes(9_000_000) }), 'blob');
    await expect(machine.copy({ type: 'push-blob', from, sha256: sha256('promised') })).rejects.toEqual(coded('sync.corrupt'));
    expect(readdirSync(onNode('blobs'))).toEqual([]);
    const digest = sha256(readFileSync(from));
    expect(await machine.copy({ type: 'push-blob', from, sha256: digest })).toMatchObject({ changed: true, method: 'rsync' });
    expect(statSync(onNode(`blobs/${digest}`)).mode & 0o777).toBe(0o400);
    await machine.run({ argv: ['cp', `blobs/${digest}`, 'model'], timeoutMs: 20_000 });
    await machine.run({ argv: ['sh', '-c', 'mkdir -p jobs/it.1/1/output && mv model jobs/it.1/1/output/model'], timeoutMs: 20_000 });
    const to = join(temporary, 'home', 'model');
    expect(await machine.copy({ type: 'pull-output', job: { item: 'it.1' as never, epoch: 1 }, path: 'model', sha256: digest, to })).toMatchObject({
      changed: true,
      method: 'rsync',
    });
    expect(sha256(readFileSync(to))).toBe(digest);
  });
});

describe('what arrives during a pull', { timeout: 60_000 }, () => {
  test('waits for the next one, and half-written names never come', async () => {
    const to = join(temporary, 'arriving');
    for (let k = 0; k < 50; k += 1) await machine.write(`datasets/arriving/game-${k}`, randomBytes(60_000));
    const writing = { goesOn: true };
    const writer = (async () => {
      for (let k = 100; writing.goesOn; k += 1) {
        writeFileSync(onNode('datasets/arriving/.half'), 'whole');
        renameSync(onNode('datasets/arriving/.half'), onNode(`datasets/arriving/game-${k}`));
        await new Promise((wake) => setTimeout(wake, 2));
      }
    })();
    try {
      const first = await machine.copy({ type: 'pull-tree', dataset: 'arriving', to });
      expect(first.files).toBe(readdirSync(join(to, 'current')).length);
      expect(first.files).toBeGreaterThanOrEqual(50);
    } finally {
      writing.goesOn = false;
      await writer;
    }
    writeFileSync(onNode('datasets/arriving/.half'), 'never finished');
    await machine.copy({ type: 'pull-tree', dataset: 'arriving', to });
    expect(readdirSync(join(to, 'current')).toSorted()).toEqual(
      readdirSync(onNode('datasets/arriving'))
        .filter((name) => name !== '.half')
        .toSorted(),
    );
  });
});

describe('two at a time', { timeout: 60_000 }, () => {
  test('the same tree by two callers is sent once', async () => {
    const from = makeTree({ a: randomBytes(200_000), b: '2' });
    const results = await Promise.all([1, 2, 3].map(() => machine.copy({ type: 'push-tree', dataset: 'twice', from })));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(results.map(({ digest }) => digest)).size).toBe(1);
  });
});

describe('versions', { timeout: 60_000 }, () => {
  test('the last four stay: a job may still read the one before', async () => {
    const from = makeTree({ count: '0' });
    const digests: string[] = [];
    for (let k = 0; k < 6; k += 1) {
      writeFileSync(join(from, 'count'), String(k));
      digests.push((await machine.copy({ type: 'push-tree', dataset: 'many', from })).digest);
    }
    expect(
      readdirSync(onNode('replicas/many/v'))
        .filter((name) => !name.startsWith('.'))
        .toSorted(),
    ).toEqual(digests.slice(2).toSorted());
    expect(readlinkSync(onNode('replicas/many/current'))).toBe(`v/${digests.at(-1)}`);
  });
});

describe('without rsync on the node', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const bin = join(temporary, 'bin');
    mkdirSync(bin);
    for (const folder of ['/usr/bin', '/bin']) {
      for (const name of readdirSync(folder)) if (name !== 'rsync' && !existsSync(join(bin, name))) symlinkSync(join(folder, name), join(bin, name));
    }
    bare = await PracticeHost.start('d', temporary, { path: bin });
  }, 60_000);

  test('a stream of tar does it, verified as ever', async () => {
    const node = bare!.machine();
    const from = makeTree({ 'sub/a b': 'first', 'it\'s "odd" $(x) ü': 'odd', big: randomBytes(9_000_000) });
    const first = await node.copy({ type: 'push-tree', dataset: 'tree', from });
    expect(first).toMatchObject({ files: 3, changed: true, method: 'tar' });
    unlinkSync(join(from, 'big'));
    const second = await node.copy({ type: 'push-tree', dataset: 'tree', from });
    expect(second).toMatchObject({ files: 2, changed: true, method: 'tar' });
    await node.run({ argv: ['cp', '-r', 'replicas/tree/current/', 'datasets'], timeoutMs: 20_000 });
    await node.run({ argv: ['sh', '-c', 'rm -rf datasets && mkdir datasets && cp -r replicas/tree/current/. datasets/back'], timeoutMs: 20_000 });
    const to = join(temporary, 'tarred');
    expect(await node.copy({ type: 'pull-tree', dataset: 'back', to })).toMatchObject({ digest: second.digest, files: 2, method: 'tar' });
    expect(await node.copy({ type: 'pull-tree', dataset: 'back', to })).toMatchObject({ changed: false, method: 'none' });
    const blob = join(makeTree({ blob: randomBytes(9_000_000) }), 'blob');
    expect(await node.copy({ type: 'push-blob', from: blob, sha256: sha256(readFileSync(blob)) })).toMatchObject({ changed: true, method: 'tar' });
  });
});

/** A file system of 2 MiB where we may mount one; else a link to /dev/full in the place of one file, which fails in the same way. */
describe('a full disk', { timeout: 60_000 }, () => {
  const folder = join(temporary, 'small');
  const cluster = `full-${process.pid}`;
  const isRoot = process.getuid?.() === 0;
  const open = (at: string): Machine => openMachine({ node: 'here' as NodeId, cluster, folder: at, connect: { type: 'local' } });
  let mounted = false;
  beforeAll(() => {
    mkdirSync(folder);
    try {
      if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=755', 'ringmaster-test', folder], { stdio: 'pipe' });
      mounted = isRoot;
    } catch {
      // A container without the right to mount.
    }
  });
  afterEach(() => {
    if (mounted) for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', ['--lazy', folder]);
  });

  /** Answers a machine whose writes of that much fail. Without a mount, the incoming names are links to /dev/full. */
  const fullMachine = (path: string): Machine => {
    if (!mounted) {
      mkdirSync(join(folder, 'node', path, '..'), { recursive: true });
      symlinkSync('/dev/full', join(folder, 'node', path));
    }
    return open(join(folder, 'node'));
  };

  test('there is sync.disk-full, for a tree and for a blob; with space again it goes on', async () => {
    const from = makeTree({ big: randomBytes(4_000_000), small: 'x' });
    const node = fullMachine('replicas/full/.manifest');
    const failure = await failureOf(node.copy({ type: 'push-tree', dataset: 'full', from }));
    expect(failure).toMatchObject({ code: 'sync.disk-full', message: expect.stringMatching(sentence) as string });
    expect(existsSync(join(folder, 'node/replicas/full/current'))).toBe(false);
    if (mounted) {
      const digest = sha256(readFileSync(join(from, 'big')));
      const blob = { type: 'push-blob', from: join(from, 'big'), sha256: digest } as const;
      await expect(node.copy(blob)).rejects.toEqual(coded('sync.disk-full'));
      execFileSync('mount', ['-o', 'remount,size=16m', folder]);
      expect(await node.copy({ type: 'push-tree', dataset: 'full', from })).toMatchObject({ changed: true });
      expect(await node.copy(blob)).toMatchObject({ changed: true });
      rmSync(join(folder, 'node'), { recursive: true });
      execFileSync('mount', ['-o', 'remount,size=2m', folder]);
    }
  });

  test('at home is sync.disk-full as well', async () => {
    await machine.write('datasets/wide/big', randomBytes(4_000_000));
    if (!mounted) {
      mkdirSync(join(folder, 'home/v'), { recursive: true });
      symlinkSync('/dev/full', join(folder, 'home/v', `.manifest.${sha256(`${sha256(readFileSync(onNode('datasets/wide/big')))}  big\n`)}`));
    }
    await expect(machine.copy({ type: 'pull-tree', dataset: 'wide', to: join(folder, 'home') })).rejects.toEqual(coded('sync.disk-full'));
    expect(existsSync(join(folder, 'home/current'))).toBe(false);
  });

  test('under a job that starts is job.disk-full, and nothing has started', async () => {
    if (mounted) writeFileSync(join(folder, 'filler'), Buffer.alloc(1_900_000));
    // Without a mount: the fence is the last thing written before the start, by a program that says what ln says.
    const path = process.env['PATH'] ?? '';
    if (!mounted) {
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'bin/ln'), '#!/bin/sh\necho "ln: failed to create symbolic link: No space left on device" >&2\nexit 1\n', {
        mode: 0o755,
      });
      process.env['PATH'] = `${join(folder, 'bin')}:${path}`;
    }
    const request = {
      job: { item: 'full.1' as never, epoch: 1 },
      argv: ['sleep', '300'],
      env: {},
      seed: 1,
      requestJson: JSON.stringify({ text: 'x'.repeat(400_000) }),
      inputs: [],
      limits: { runSecondsMax: 10, silentSecondsMax: 10 },
    };
    const node = open(join(folder, 'node'));
    expect(await failureOf(node.start(request))).toMatchObject({ code: 'job.disk-full', message: expect.stringMatching(sentence) as string });
    expect(processes().filter(({ mark }) => mark.startsWith(`${cluster}/`))).toEqual([]);
    // A try is closed only after a stop: that must go on a full disk too, and what comes late of this epoch must not start when there is room.
    if (mounted) {
      expect(await node.stop(request.job, 0)).toEqual({ stopped: 0 });
      rmSync(join(folder, 'filler'));
    } else {
      expect(await failureOf(node.stop(request.job, 0)), 'no fence, no answer').toMatchObject({ code: 'job.disk-full' });
      process.env['PATH'] = path;
      expect(await node.stop(request.job, 0)).toEqual({ stopped: 0 });
    }
    if (mounted) expect(await failureOf(node.start(request))).toMatchObject({ code: 'job.epoch-refused' });
    else expect(await node.start(request)).toMatchObject({ adopted: true });
    const next = { ...request, job: { ...request.job, epoch: 2 } };
    expect(await node.start(next)).toMatchObject({ adopted: false });
    expect(await node.stop(next.job, 0)).toEqual({ stopped: 1 });
  });
});

describe('folders that may not be used', { timeout: 60_000 }, () => {
  test('are sync.permission', async () => {
    const from = makeTree({ a: '1' });
    // Our own folder there, without the right to write: not even its owner may then make files.
    await machine.run({ argv: ['mkdir', '-p', 'replicas/closed'], timeoutMs: 20_000 });
    chmodSync(onNode('replicas/closed'), 0o500);
    await expect(machine.copy({ type: 'push-tree', dataset: 'closed', from })).rejects.toEqual(coded('sync.permission'));
    chmodSync(onNode('replicas/closed'), 0o700);
    expect(await machine.copy({ type: 'push-tree', dataset: 'closed', from })).toMatchObject({ changed: true });
  });
});
