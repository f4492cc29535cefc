/** When a disk is full or a folder is not writable, the failure has the right code, and the next try succeeds. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Home } from '../../../activities/gateway/home.ts';
import { shipJob } from '../../../activities/gateway/ship-job.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { aroundMachine } from '../../support/around-machine.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { coded } from '../conformance/machine-harness.ts';
import { processes } from '../../support/processes.ts';
import { failureOf, makeTree, sentence } from './copy-harness.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { sha256 } from '../../support/sha256.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { isRoot } from '../../support/root.ts';

const temporary = ownTemporaryFolder();
const at = aroundMachine('c', temporary);

/** Returns the path of a file in the node's folder. */
const onNode = (path: string): string => join(at.host.node.folder, path);

/**
 * Where we may mount a file system, the disk has 2 MiB. Elsewhere one file is a link to /dev/full, and a write to this file fails as on a full disk.
 */
describe('a full disk', { timeout: 60_000 }, () => {
  const folder = join(temporary, 'small');
  const cluster = `full-${process.pid}`;
  const open = (path: string): Machine =>
    openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder: path, connect: { type: 'local' } });
  let mounted = false;
  beforeAll(() => {
    mkdirSync(folder);
    try {
      if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=755', 'ringmaster-test', folder], { stdio: 'pipe' });
      mounted = isRoot;
    } catch {
      // A container may not mount.
    }
  });
  afterEach(() => {
    if (mounted) for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', ['--lazy', folder]);
  });

  /** Returns a machine whose disk is too small for the test's files. Without a mount, the file `path` is a link to /dev/full. */
  const fullMachine = (path: string): Machine => {
    if (!mounted) {
      mkdirSync(join(folder, 'node', path, '..'), { recursive: true });
      symlinkSync('/dev/full', join(folder, 'node', path));
    }
    return open(join(folder, 'node'));
  };

  test('on the node is sync.disk-full, for a tree and for a blob; once there is space the copies succeed', async () => {
    const from = makeTree({ big: randomBytes(4_000_000), small: 'x' });
    const node = fullMachine('replicas/full/.manifest');
    const failure = await failureOf(node.copy({ type: 'push-tree', dataset: 'full', from }));
    expect(failure).toMatchObject({ code: 'sync.disk-full' });
    expect(sentenceOf(failure)).toMatch(sentence);
    expect(failure.hint?.say).toBe('freeing space there: the files that arrived are kept, and the next copy resumes');
    expect(existsSync(join(folder, 'node/replicas/full/current'))).toBe(false);
    if (mounted) {
      const digest = sha256(readFileSync(join(from, 'big')));
      const blob = { type: 'push-blob', from: join(from, 'big'), sha256: digest } as const;
      await expect(node.copy(blob)).rejects.toEqual(coded('sync.disk-full'));
      const spec = itemSpec('full.2', { inputs: [{ name: 'big', sha256: digest, bytes: 4_000_000 }] });
      const ship = () => shipJob(spec, node, { blob: () => blob.from } as unknown as Home, new AbortController().signal);
      const unshipped = await failureOf(ship());
      expect(unshipped).toMatchObject({ code: 'job.disk-full', hint: { say: 'freeing space there' } });
      execFileSync('mount', ['-o', 'remount,size=16m', folder]);
      await ship();
      expect(await node.copy({ type: 'push-tree', dataset: 'full', from })).toMatchObject({ changed: true });
      expect(await node.copy(blob)).toMatchObject({ changed: false });
      rmSync(join(folder, 'node'), { recursive: true });
      execFileSync('mount', ['-o', 'remount,size=2m', folder]);
    } else {
      rmSync(join(folder, 'node/replicas/full/.manifest'));
      expect(await node.copy({ type: 'push-tree', dataset: 'full', from })).toMatchObject({ changed: true });
    }
  });

  test('at home is sync.disk-full as well', async () => {
    await writeOnNode(at.machine, 'datasets/wide/big', randomBytes(4_000_000));
    if (!mounted) {
      mkdirSync(join(folder, 'home/v'), { recursive: true });
      symlinkSync('/dev/full', join(folder, 'home/v', `.manifest.${sha256(`${sha256(readFileSync(onNode('datasets/wide/big')))}  big\n`)}`));
    }
    await expect(at.machine.copy({ type: 'pull-tree', dataset: 'wide', to: join(folder, 'home') })).rejects.toEqual(coded('sync.disk-full'));
    expect(existsSync(join(folder, 'home/current'))).toBe(false);
  });

  test('when a job starts is job.disk-full, and no process has started; once there is space a job starts', async () => {
    if (mounted) writeFileSync(join(folder, 'filler'), Buffer.alloc(1_900_000));
    // Without a mount, a program named ln fails as ln does on a full disk. A start runs ln to write the fence, its last write before the job starts.
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
    const failure = await failureOf(node.start(request));
    expect(failure).toMatchObject({ code: 'job.disk-full', hint: { say: 'freeing space there' } });
    expect(sentenceOf(failure)).toMatch(sentence);
    expect(processes().filter(({ mark }) => mark.startsWith(`${cluster}/`))).toEqual([]);
    // A try is closed only after its job is stopped, so a stop must work on a full disk too. Once there is space, a late start of this epoch must be
    // refused.
    if (mounted) {
      // The failed start has removed its files, so the disk has room again.
      spawnSync('sh', ['-c', 'cat /dev/zero >"$1"', 'sh', join(folder, 'filler')], { stdio: 'ignore' });
      expect(await node.stop(request.job, 0)).toEqual({ stopped: 0 });
      rmSync(join(folder, 'filler'));
    } else {
      expect(await failureOf(node.stop(request.job, 0)), 'without a fence the stop fails').toMatchObject({ code: 'job.disk-full' });
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

describe('a folder that may not be written', { timeout: 60_000 }, () => {
  test('is sync.permission', async () => {
    const from = makeTree({ a: '1' });
    // The folder belongs to the node's user, who may not write to it.
    await at.machine.run({ argv: ['mkdir', '-p', 'replicas/closed'], timeoutMs: 20_000 });
    chmodSync(onNode('replicas/closed'), 0o500);
    await expect(at.machine.copy({ type: 'push-tree', dataset: 'closed', from })).rejects.toEqual(coded('sync.permission'));
    chmodSync(onNode('replicas/closed'), 0o700);
    expect(await at.machine.copy({ type: 'push-tree', dataset: 'closed', from })).toMatchObject({ changed: true });
  });
});
