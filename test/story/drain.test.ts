/**
 * An operator takes a node out for a repair. No new job starts on the node, running jobs finish, and the operator's wish survives the death of all
 * processes.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeView } from '../../src/domain/node/node.ts';
import { isAlive } from '../support/processes.ts';
import { labelledNodes, type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { repository } from '../support/repository.ts';

describe('node drain', () => {
  let cluster: LiveCluster;
  /** A job runs until this folder contains a file with the id of the job's item. The users of the nodes read the folder. */
  const hold = mkdtempSync(join(tmpdir(), 'rm-hold-'));
  chmodSync(hold, 0o755);
  const letEnd = (id: string): void => writeFileSync(join(hold, id), '');
  const item = (id: string) => ({
    id,
    labels: ['on-b'],
    command: ['sh', '-c', `while [ ! -e ${join(hold, id)} ]; do sleep 0.1; done; echo '{"v":1,"files":[],"result":{}}' >output/manifest.json`],
  });

  beforeAll(async () => {
    cluster = await makeCluster({ nodes: await labelledNodes(2) });
    await cluster.up();
    await cluster.until('all nodes alive', 60, ({ nodes }) => nodes.length === 3 && nodes.every((node) => node.state === 'alive'));
    await cluster.add(...['one', 'two', 'three'].map(item));
    await cluster.until(
      'two jobs on b',
      60,
      ({ openJobs }) => openJobs.filter(({ node, state }) => node === 'b' && state === 'running').length === 2,
    );
  }, 180_000);
  afterAll(() => cluster.destroy(), 120_000);
  afterAll(() => rmSync(hold, { recursive: true }));

  const nodeB = async (): Promise<NodeView> => JSON.parse((await cluster.cli('node', 'show', 'b', '-o', 'json')).stdout) as NodeView;
  const waitsFor = [
    { item: 'one', epoch: 1 },
    { item: 'two', epoch: 1 },
  ];

  it('is refused for the last node that a pending item could run on, and for an unknown node', async () => {
    const refused = await cluster.cli('node', 'drain', 'b');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'Cannot drain b because it is the last node that could run a pending item that needs 1 slot with label on-b (three)',
    );
    const unknown = await cluster.cli('node', 'drain', 'bb');
    expect(unknown.code).toBe(4);
    expect(unknown.stderr).toContain('the cluster has no node bb (is it b?)');
    expect((await nodeB()).wish).toBeUndefined();
  }, 240_000);

  it('says what it waits for, wherever the node is shown; a repeat changes nothing', async () => {
    const drain = await cluster.cli('node', 'drain', 'b', '--force', '--reason', 'new fan');
    expect(drain).toMatchObject({ code: 0, stdout: expect.stringContaining('b is draining') });
    const shown = await nodeB();
    expect(shown).toMatchObject({ state: 'alive', wish: { service: 'draining', reason: 'new fan' }, waitsFor });
    const again = await cluster.cli('node', 'drain', 'b', '--reason', 'another');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('b was already draining') });
    expect(await nodeB()).toMatchObject({ wish: shown.wish });
    for (const words of [['status'], ['node', 'show', 'b'], ['explain', 'b']])
      expect((await cluster.cli(...words)).stdout, words.join(' ')).toContain('it gets no new job, and waits for one/1, two/1');
    expect((await cluster.cli('explain', 'three')).stdout).toContain('b draining');
  }, 240_000);

  it('survives the death of control, ledger and server, and is over when the last job has ended', async () => {
    for (const victim of ['control', 'ledger', 'server']) {
      const before = cluster.pid(victim);
      process.kill(before, 'SIGKILL');
      await cluster.until(`${victim} back`, 90, () => cluster.pid(victim) !== before && isAlive(cluster.pid(victim)));
    }
    letEnd('one');
    await cluster.until('the end of one', 90, async () => (await cluster.item('one'))?.item.state === 'completed');
    expect(await nodeB()).toMatchObject({ wish: { service: 'draining' }, waitsFor: waitsFor.slice(1) });
    expect((await nodeB()).wish).not.toHaveProperty('drainedAtMs');
    letEnd('two');
    await cluster.until('the end of the drain', 90, ({ nodes }) => nodes.find(({ node }) => node === 'b')?.wish?.drainedAtMs !== undefined);
    expect((await cluster.item('three'))?.item).toMatchObject({ state: 'pending', epoch: 0 });
    expect((await cluster.item('one'))?.jobs).toHaveLength(1);
  }, 300_000);

  it('holds after down and up, and ends with an uncordon', async () => {
    expect((await cluster.cli('down')).code).toBe(0);
    await cluster.up();
    await cluster.until('b alive', 90, ({ nodes }) => nodes.find(({ node }) => node === 'b')?.state === 'alive');
    expect((await cluster.cli('explain', 'b')).stdout).toContain('ago: draining → drained (its last job has ended)');
    await cluster.until('b is shown as alive and drained', 90, async () =>
      (await cluster.cli('node', 'show', 'b')).stdout.includes('alive, drained'),
    );
    expect((await cluster.item('three'))?.item).toMatchObject({ state: 'pending', epoch: 0 });
    letEnd('three');
    expect(await cluster.cli('node', 'uncordon', 'b')).toMatchObject({ code: 0, stdout: 'b is in service\n' });
    await cluster.until('the item that waited', 90, async () => (await cluster.item('three'))?.item.state === 'completed');
    const { temporalAddress } = await cluster.status();
    if (process.env['RECORD'] !== undefined)
      await promisify(execFile)(process.execPath, ['scripts/record-histories.mjs', temporalAddress, process.env['RECORD']], { cwd: repository });
  }, 300_000);
});
