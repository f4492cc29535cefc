/**
 * The same seed and inputs give the same bytes on every node, in every run, and both over SSH and through a resident worker (node a has one). Another
 * seed gives other bytes. The test compares digests from the ledger, which were verified on the node. It runs with the toy payload and with the
 * payload that learns.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputRef } from '../../src/domain/item/work-item.ts';
import type { OutputFile } from '../../src/domain/job/job.ts';
import { type LiveCluster, labelledNodes, makeCluster, toyPayload } from '../support/live-cluster.ts';
import { placePayload } from './mixed/home-files.ts';
import { promtool } from '../support/promtool.ts';
import { sha256 } from '../support/sha256.ts';

const games = 12;

const payloads = [
  { name: 'toy', folder: toyPayload, selfPlay: ['node', '{payload}/toy.mjs', 'self-play'], train: ['node', '{payload}/toy.mjs', 'train'] },
  {
    name: 'connect-four',
    folder: join(import.meta.dirname, '../../dist/examples/connect-four'),
    selfPlay: ['node', '{payload}/self-play.js'],
    train: ['node', '{payload}/train.js'],
  },
] as const;

describe.each(payloads)('the same item of $name', ({ name, folder, selfPlay, train }) => {
  let cluster: LiveCluster;
  let payload: Awaited<ReturnType<typeof placePayload>>;
  beforeAll(async () => {
    cluster = await makeCluster({ nodes: await labelledNodes(2) });
    await cluster.up();
    payload = await placePayload(cluster, folder, name);
    await cluster.until(
      'all nodes alive, a by its resident worker',
      90,
      (status) =>
        status.nodes.length === 3 && status.nodes.every((node) => node.state === 'alive' && (node.node !== 'a' || node.route === 'resident')),
    );
  }, 180_000);
  afterAll(() => cluster.destroy(), 120_000);

  const play = (id: string, node: string, seed: number, model?: InputRef) => ({
    id,
    kind: 'self-play',
    command: selfPlay,
    request: { games, firstGame: 0, prefix: name, exploration: 0.1 },
    inputs: model === undefined ? [] : [model],
    outputs: [{ path: 'games.ndjson', to: 'home' }],
    payload,
    seed,
    labels: [`on-${node}`],
  });
  const learn = (id: string, node: string, seed: number, set: InputRef) => ({
    id,
    kind: 'train',
    command: train,
    request: { games },
    inputs: [set],
    outputs: [{ path: 'model', to: 'home' }],
    payload,
    seed,
    labels: [`on-${node}`],
  });

  /** Runs the items and returns the files and the result of each. */
  async function outcomes(
    ...items: readonly { readonly id: string; readonly labels: readonly string[] }[]
  ): Promise<readonly { readonly files: readonly OutputFile[]; readonly result: unknown }[]> {
    await cluster.add(...items);
    return Promise.all(
      items.map(async ({ id, labels }) => {
        const { item, jobs } = await cluster.until(`${id} closed`, 180, async () => {
          const facts = await cluster.item(id);
          return facts !== undefined && !['pending', 'claimed', 'running'].includes(facts.item.state) && facts;
        });
        if (item.outcome?.type !== 'completed') throw new Error(`${id} is ${item.state}: ${JSON.stringify(item.outcome)}`);
        // No fault is planted here, so each item must complete at its first try.
        expect(
          jobs.map((job) => `on-${job.node}`),
          JSON.stringify(jobs),
        ).toEqual(labels);
        const { files, result } = item.outcome;
        for (const file of files)
          expect(sha256(readFileSync(join(cluster.state, 'data/blobs', file.sha256))), 'what lies at home is what was promised').toBe(file.sha256);
        return { files, result };
      }),
    );
  }
  const asInput = (as: string, file: OutputFile | undefined): InputRef => {
    if (file === undefined) throw new Error('no file');
    return { name: as, sha256: file.sha256, bytes: file.bytes };
  };

  it('gives the same bytes on two nodes, twice on one, and others with another seed', async () => {
    const [first, ...same] = await outcomes(play('play.1', 'a', 7), play('play.2', 'b', 7), play('play.3', 'c', 7), play('play.4', 'b', 7));
    expect(first?.files.map(({ path }) => path)).toEqual(['games.ndjson']);
    for (const one of same) expect(one).toEqual(first);
    const [other] = await outcomes(play('play.5', 'b', 8));
    expect(other?.files[0]?.sha256).not.toBe(first?.files[0]?.sha256);

    const set = asInput('games.ndjson', first?.files[0]);
    const [model, ...again] = await outcomes(learn('train.1', 'a', 7, set), learn('train.2', 'b', 7, set), learn('train.3', 'c', 7, set));
    expect(model?.files.map(({ path }) => path)).toEqual(['model']);
    for (const one of again) expect(one).toEqual(model);
    const [otherSeed, otherSet] = await outcomes(learn('train.4', 'b', 8, set), learn('train.5', 'a', 7, asInput('games.ndjson', other?.files[0])));
    expect(new Set([model, otherSeed, otherSet].map((one) => one?.files[0]?.sha256)).size, 'seed and set each matter').toBe(3);

    // Games that are played with a model also depend on the model.
    const [withModel, elsewhere] = await outcomes(
      play('play.6', 'a', 7, asInput('model', model?.files[0])),
      play('play.7', 'c', 7, asInput('model', model?.files[0])),
    );
    expect(elsewhere).toEqual(withModel);
  }, 400_000);

  it('is measured by the processes that had a part in it', async () => {
    const count = (labels: string): string => `ringmaster_job_seconds_count{kind="${labels}",outcome="completed",process="ledger"}`;
    const text = await cluster.until('the ledger worker shared its metrics', 60, async () => {
      const found = await cluster.metrics();
      return found.includes(`${count('self-play')} 7\n`) && found.includes(`${count('train')} 5\n`) && found;
    });
    expect(text).toMatch(/^ringmaster_ssh_command_seconds_count\{outcome="ended",process="gateway"\} [1-9]/m);
    expect(text).toMatch(/^ringmaster_activity_seconds_count\{activity="closeJob",outcome="completed",process="ledger"\} [1-9]/m);
    expect(text).toMatch(/^ringmaster_ledger_seconds_count\{ledger="work_queue",operation="write",process="ledger"\} [1-9]/m);
    expect(text).toMatch(/^process_cpu_seconds_total\{process="control"\} [\d.]*[1-9]/m);
    expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, output: '' });
  });
});
