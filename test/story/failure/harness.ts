/**
 * A live cluster in which things fail, and the checks that apply to each failure. The failure in the ledger must have the right code, and a sentence
 * that says what could not be done, why, and what to try. `explain` must show all of this with a next step. No output may be accepted.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ItemFacts } from '../../../src/domain/item/view.ts';
import type { FailureRecord } from '../../../src/domain/failure/record.ts';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import { type LiveCluster, labelledNodes, makeCluster, toyPayload } from '../../support/live-cluster.ts';
import { jobProcesses } from '../../support/processes.ts';
import { addToFile, filesBelow, placePayload } from '../mixed/home-files.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { hintText } from '../../../src/domain/failure/hint.ts';

export const sentence = /^Cannot .+ because .+; try .+/s;
export const nodes = ['a', 'b', 'c'] as const;
const closed = ['completed', 'failed', 'timed-out', 'cancelled', 'dead'];

/** The cluster of the test file. The file calls `useCluster()` at its top. */
let made: { readonly cluster: LiveCluster; readonly payload: Awaited<ReturnType<typeof placePayload>> } | undefined;
export const live = {
  get cluster() {
    return made?.cluster ?? expect.fail('the cluster was not made');
  },
  get payload() {
    return made?.payload ?? expect.fail('the cluster was not made');
  },
};

export function useCluster(): void {
  beforeAll(async () => {
    const cluster = await makeCluster({ nodes: await labelledNodes(4) });
    const path = join(cluster.folder, 'openings');
    mkdirSync(path);
    writeFileSync(join(path, 'first'), 'e4');
    const big = join(cluster.folder, 'big');
    mkdirSync(big);
    addToFile(cluster, {
      datasets: [
        { id: 'openings', origin: 'home', path },
        { id: 'big', origin: 'home', path: big },
        { id: 'toy-games', origin: 'node' },
      ],
    });
    await cluster.up();
    made = { cluster, payload: await placePayload(cluster, toyPayload) };
    await cluster.until('all nodes alive', 60, (status) => status.nodes.length === 3 && status.nodes.every((node) => node.state === 'alive'));
  }, 180_000);
  afterAll(() => made?.cluster.destroy(), 120_000);
}

/** Returns a self-play item of the toy payload. If the item succeeds, its games are added to a dataset and brought home. */
export const toy = (id: string, mode: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  kind: 'command',
  command: ['node', '{payload}/toy.mjs', 'self-play'],
  env: { TOY_MODE: mode, TOY_MS: '200' },
  request: { games: 3, firstGame: 0, prefix: id },
  outputs: [
    { path: 'games.ndjson', to: 'dataset:toy-games' },
    { path: 'games.ndjson', to: 'home' },
  ],
  payload: live.payload,
  attemptsMax: 1,
  ...more,
});
export const shell = (id: string, script: string, more: Readonly<Record<string, unknown>> = {}) =>
  toy(id, 'ok', { command: ['sh', '-c', script], ...more });

export const accepted = (): readonly string[] => [
  ...nodes.flatMap((node) => filesBelow(join(live.cluster.nodeFolder(node), 'datasets'))),
  ...filesBelow(join(live.cluster.state, 'data/blobs')),
];
export const closedItem = (id: string): Promise<ItemFacts> =>
  live.cluster.until(`${id} closed`, 120, async () => {
    const facts = await live.cluster.item(id);
    return facts !== undefined && closed.includes(facts.item.state) ? facts : false;
  });
export const running = (id: string): Promise<string> =>
  live.cluster.until(`${id} running`, 60, ({ openJobs }) => openJobs.find((job) => job.item === id && job.state === 'running')?.node);

export async function expectExplained(id: string, failure: FailureRecord): Promise<void> {
  const { code, stdout } = await live.cluster.cli('explain', id);
  expect(code).toBe(0);
  expect(stdout).toContain(`Failure ${failure.code}`);
  const flat = stdout.replaceAll(/\s+/g, ' ');
  expect(flat).toContain(failure.message.replaceAll(/\s+/g, ' ').trim().slice(0, 300));
  if (failure.hint !== undefined) expect(flat).toContain(hintText(failure.hint).replaceAll(/\s+/g, ' ').trim().slice(0, 300));
  const next = stdout.split('\nNext\n')[1]?.split('\n\n')[0];
  expect(next?.trim(), 'a next step').toBeTruthy();
  // "{field}" without the field reads "<field>".
  expect(next, 'with every name filled in').not.toMatch(/<(item|epoch|node|dataset|target)>/);
}

/** Waits until an item with only one try is closed, then checks everything that must be shown about the failure of this try. */
export async function expectFailed(
  id: string,
  code: FailureCode,
  { state = 'dead', says, fields = {} }: { readonly state?: string; readonly says?: RegExp; readonly fields?: object } = {},
): Promise<FailureRecord> {
  const { item, jobs } = await closedItem(id);
  const failure = jobs[0]?.failure;
  expect(failure, JSON.stringify(jobs)).toMatchObject({ code, fields });
  if (failure === undefined) throw new Error('no failure');
  expect(sentenceOf(failure)).toMatch(sentence);
  if (says !== undefined) expect(sentenceOf(failure)).toMatch(says);
  expect([item.state, jobs.length, item.attempts]).toEqual([state, 1, 1]);
  expect(item.outcome).toMatchObject({ type: 'failed', failure: { code } });
  await expectExplained(id, failure);
  await expectExplained(`${id}/1`, failure);
  expect(jobProcesses(live.cluster.name, id), 'no process of it is left').toEqual([]);
  await live.cluster.until(`the slots of ${id} given back`, 30, ({ openJobs }) => !openJobs.some((job) => job.item === id));
  return failure;
}
