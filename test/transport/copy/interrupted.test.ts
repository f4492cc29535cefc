/** A transfer that is killed or aborted has a failure code. The next copy reuses the bytes that have already arrived. */
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { aroundMachine } from '../../support/around-machine.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { failureOf, limitRsync, makeTree, rsyncPids, sentence } from './copy-harness.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { sha256 } from '../../support/sha256.ts';
import { until } from '../../support/eventually.ts';

const temporary = ownTemporaryFolder();
const at = aroundMachine('c', temporary);

let endLimit: (() => void) | undefined;
afterEach(() => endLimit?.());

/** Returns the path of a file in the node's folder. */
const onNode = (path: string): string => join(at.host.node.folder, path);

describe('a transfer that is killed', { timeout: 60_000 }, () => {
  test('is sync.interrupted, and the next copy resumes from the partial file', async () => {
    const bytes = 9_000_000;
    const log = join(temporary, 'rsync.log');
    endLimit = limitRsync(1_500, log);
    const from = makeTree({ big: randomBytes(bytes), small: 'x' });
    const copying = failureOf(at.machine.copy({ type: 'push-tree', dataset: 'resumed', from }));
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
    for (const pid of rsyncPids()) process.kill(pid, 'SIGTERM');
    const failure = await copying;
    expect(failure).toMatchObject({ code: 'sync.interrupted' });
    expect(sentenceOf(failure)).toMatch(sentence);
    expect(failure.hint?.say).toBe('again in a moment: the copy resumes where it stopped');
    // The node's rsync notices the loss of its peer and keeps its partial file.
    const partial = join(incoming, '.partial', 'big');
    await until(
      () => existsSync(partial),
      (there) => there,
    );
    const kept = statSync(partial).size;
    expect(kept).toBeGreaterThan(6_500_000);
    expect(existsSync(onNode('replicas/resumed/current'))).toBe(false);
    writeFileSync(log, '');
    expect(await at.machine.copy({ type: 'push-tree', dataset: 'resumed', from })).toMatchObject({
      changed: true,
      method: 'rsync',
      bytes: bytes + 1,
    });
    const [, sent = ''] = /sent ([\d,]+) bytes/.exec(readFileSync(log, 'utf8')) ?? [];
    expect(Number(sent.replaceAll(',', '')), 'only the rest was sent').toBeLessThan(bytes - kept / 2);
    expect(sha256(readFileSync(onNode('replicas/resumed/current/big')))).toBe(sha256(readFileSync(join(from, 'big'))));
    expect(readdirSync(onNode('replicas/resumed/current')).toSorted()).toEqual(['big', 'small']);
  });

  test('ends soon and leaves no process when the caller aborts', async () => {
    endLimit = limitRsync(500);
    const from = makeTree({ big: randomBytes(12_000_000) });
    const caller = new AbortController();
    const copying = failureOf(at.machine.copy({ type: 'push-tree', dataset: 'given-up', from, signal: caller.signal }));
    await until(
      () => rsyncPids().length,
      (count) => count > 0,
    );
    caller.abort();
    const cancelled = await copying;
    expect(cancelled.code).toBe('transport.cancelled');
    expect(cancelled.hint?.say).toMatch(/^again when you want it\b/);
    await until(
      () => rsyncPids().length,
      (count) => count === 0,
    );
    endLimit();
    expect(await at.machine.copy({ type: 'push-tree', dataset: 'given-up', from })).toMatchObject({ changed: true });
  });
});
