/** A copy may run while the source changes, while another copy runs, or while an older version is still in use. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { aroundMachine } from '../../support/around-machine.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { makeTree } from './copy-harness.ts';

const temporary = ownTemporaryFolder();
const at = aroundMachine('c', temporary);

/** Returns the path of a file in the node's folder. */
const onNode = (path: string): string => join(at.host.node.folder, path);

describe('files that arrive during a pull', { timeout: 60_000 }, () => {
  test('wait for the next pull, and a half-written file is never pulled', async () => {
    const to = join(temporary, 'arriving');
    for (let k = 0; k < 50; k += 1) await writeOnNode(at.machine, `datasets/arriving/game-${k}`, randomBytes(60_000));
    const writing = { goesOn: true };
    const writer = (async () => {
      for (let k = 100; writing.goesOn; k += 1) {
        writeFileSync(onNode('datasets/arriving/.half'), 'whole');
        renameSync(onNode('datasets/arriving/.half'), onNode(`datasets/arriving/game-${k}`));
        await sleep(2);
      }
    })();
    try {
      const first = await at.machine.copy({ type: 'pull-tree', dataset: 'arriving', to });
      expect(first.files).toBe(readdirSync(join(to, 'current')).length);
      expect(first.files).toBeGreaterThanOrEqual(50);
    } finally {
      writing.goesOn = false;
      await writer;
    }
    writeFileSync(onNode('datasets/arriving/.half'), 'never finished');
    await at.machine.copy({ type: 'pull-tree', dataset: 'arriving', to });
    expect(readdirSync(join(to, 'current')).toSorted()).toEqual(
      readdirSync(onNode('datasets/arriving'))
        .filter((name) => name !== '.half')
        .toSorted(),
    );
  });
});

describe('copies at the same time', { timeout: 60_000 }, () => {
  test('send the same tree once', async () => {
    const from = makeTree({ a: randomBytes(200_000), b: '2' });
    const results = await Promise.all([1, 2, 3].map(() => at.machine.copy({ type: 'push-tree', dataset: 'twice', from })));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(results.map(({ digest }) => digest)).size).toBe(1);
  });
});

describe('versions on the node', { timeout: 60_000 }, () => {
  test('the last four stay, because a job may still read an older one', async () => {
    const from = makeTree({ count: '0' });
    const digests: string[] = [];
    for (let k = 0; k < 6; k += 1) {
      writeFileSync(join(from, 'count'), String(k));
      digests.push((await at.machine.copy({ type: 'push-tree', dataset: 'many', from })).digest);
    }
    expect(
      readdirSync(onNode('replicas/many/v'))
        .filter((name) => !name.startsWith('.'))
        .toSorted(),
    ).toEqual(digests.slice(2).toSorted());
    expect(readlinkSync(onNode('replicas/many/current'))).toBe(`v/${digests.at(-1)}`);
  });
});
