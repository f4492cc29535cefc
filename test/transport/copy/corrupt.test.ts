/** Bytes that do not match their checksum are refused and removed, and the next copy is correct. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aroundMachine } from '../../support/around-machine.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { coded } from '../conformance/machine-harness.ts';
import { failureOf, makeTree, sentence } from './copy-harness.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { sha256 } from '../../support/sha256.ts';

const temporary = ownTemporaryFolder();
const at = aroundMachine('c', temporary);

/** Returns the path of a file in the node's folder. */
const onNode = (path: string): string => join(at.host.node.folder, path);

describe('bytes that differ from their sum', { timeout: 60_000 }, () => {
  test('a file that is damaged in transit is sync.corrupt and removed; the next push is right', async () => {
    // The damaged file has the size and time of the source, so rsync skips it.
    const from = makeTree({ good: 'good', damaged: 'as it is' });
    const when = new Date(1_700_000_000_000);
    utimesSync(join(from, 'damaged'), when, when);
    await writeOnNode(at.machine, 'replicas/hurt/incoming/damaged', 'as it WA');
    utimesSync(onNode('replicas/hurt/incoming/damaged'), when, when);
    const push = () => at.machine.copy({ type: 'push-tree', dataset: 'hurt', from });
    const failure = await failureOf(push());
    expect(failure).toMatchObject({ code: 'sync.corrupt' });
    expect(sentenceOf(failure)).toMatch(sentence);
    expect(failure.message).toContain('damaged');
    expect(failure.hint?.say).toMatch(/^again: the bad files were removed\b/);
    expect(existsSync(onNode('replicas/hurt/current'))).toBe(false);
    expect(existsSync(onNode('replicas/hurt/incoming/damaged'))).toBe(false);
    expect(await push()).toMatchObject({ changed: true });
    expect(readFileSync(onNode('replicas/hurt/current/damaged'), 'utf8')).toBe('as it is');
  });

  test('after a push that was corrupt, the next push takes nothing over from the current version', async () => {
    const from = makeTree({ old: 'first text', other: '1' });
    const when = new Date(1_700_000_000_000);
    utimesSync(join(from, 'old'), when, when);
    const push = () => at.machine.copy({ type: 'push-tree', dataset: 'rot', from });
    await push();
    // The source now has other bytes with the same size and time. Only reading the file shows the change.
    writeFileSync(join(from, 'old'), 'other text');
    utimesSync(join(from, 'old'), when, when);
    await expect(push()).rejects.toEqual(coded('sync.corrupt'));
    expect(readFileSync(onNode('replicas/rot/current/old'), 'utf8')).toBe('first text');
    expect(await push()).toMatchObject({ changed: true });
    expect(readFileSync(onNode('replicas/rot/current/old'), 'utf8')).toBe('other text');
  });

  test('are removed at home after a pull; the next pull is right', async () => {
    const to = join(temporary, 'pulled-hurt');
    await writeOnNode(at.machine, 'datasets/pull-hurt/game', 'as it is');
    const when = new Date(1_700_000_000_000);
    utimesSync(onNode('datasets/pull-hurt/game'), when, when);
    const pull = () => at.machine.copy({ type: 'pull-tree', dataset: 'pull-hurt', to });
    await pull();
    writeFileSync(onNode('datasets/pull-hurt/game'), 'as it WA');
    utimesSync(onNode('datasets/pull-hurt/game'), when, when);
    await expect(pull()).rejects.toEqual(coded('sync.corrupt'));
    expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('as it is');
    expect(await pull()).toMatchObject({ changed: true });
    expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('as it WA');
  });

  test('a blob above the inline size is verified as well', async () => {
    const from = join(makeTree({ blob: randomBytes(9_000_000) }), 'blob');
    await expect(at.machine.copy({ type: 'push-blob', from, sha256: sha256('promised') })).rejects.toEqual(coded('sync.corrupt'));
    expect(readdirSync(onNode('blobs'))).toEqual([]);
    const digest = sha256(readFileSync(from));
    expect(await at.machine.copy({ type: 'push-blob', from, sha256: digest })).toMatchObject({ changed: true, method: 'rsync' });
    expect(statSync(onNode(`blobs/${digest}`)).mode & 0o777).toBe(0o400);
    await at.machine.run({ argv: ['cp', `blobs/${digest}`, 'model'], timeoutMs: 20_000 });
    await at.machine.run({ argv: ['sh', '-c', 'mkdir -p jobs/it.1/1/output && mv model jobs/it.1/1/output/model'], timeoutMs: 20_000 });
    const to = join(temporary, 'home', 'model');
    const job = { item: 'it.1' as never, epoch: 1 };
    expect(await at.machine.copy({ type: 'pull-output', job, path: 'model', bytes: 9_000_000, sha256: digest, to })).toMatchObject({
      changed: true,
      method: 'rsync',
    });
    expect(sha256(readFileSync(to))).toBe(digest);
  });
});
