import { describe, expect, test } from 'vitest';
import type { JobView } from '../../src/domain/job/view.ts';
import { explainId } from '../../src/service/explain/explain.ts';
import { fixtureReads } from './cli-run.ts';
import { fixtureStatus, killed } from './fixture-cluster.ts';

const nowMs = 1_700_000_000_000;
const status = fixtureStatus(nowMs);

describe('an item that the queue has removed', () => {
  const tried: JobView = {
    item: 'cf.1.self-play.3',
    epoch: 2,
    kind: 'self-play',
    node: 'b',
    state: 'failed',
    startedAtMs: 0,
    endedAtMs: nowMs - 40 * 86_400_000,
    failure: killed,
  };
  const reads = { status: () => status, item: () => undefined, itemsKeptMs: 30 * 86_400_000 };
  const triesOf = (item: string) => (item === tried.item ? [{ ...tried, epoch: 1 }, tried] : []);

  test('is explained by its tries, and the explanation says after how many days it was removed', async () => {
    const answer = await explainId('item/cf.1.self-play.3', { ...reads, triesOf }, nowMs);
    expect(answer).toMatchObject({
      kind: 'item',
      id: 'cf.1.self-play.3',
      state: 'removed',
      sinceMs: tried.endedAtMs,
      failure: { code: 'job.killed' },
    });
    expect(answer?.why[0]).toMatch(/a closed item is removed 30 days after its end/);
    expect(answer?.history).toEqual([
      'cf.1.self-play.3/1 failed with job.killed on b 40d00h ago',
      'cf.1.self-play.3/2 failed with job.killed on b 40d00h ago',
    ]);
    expect(await explainId('job/cf.1.self-play.3/1', { ...reads, triesOf }, nowMs)).toMatchObject({ kind: 'job', state: 'removed' });
    expect(await explainId('job/cf.1.self-play.3/7', { ...reads, triesOf }, nowMs)).toBeUndefined();
  });

  test('is explained by its events when its tries were removed too; an id that nothing knows has no explanation', async () => {
    const known = fixtureReads({}, () => nowMs);
    const { events } = await known.events({ limit: 50 });
    const named = events.flatMap(({ about: things }) => things).find((thing) => thing.startsWith('item:')) ?? expect.fail('no event of an item');
    const answer = await explainId(named.slice('item:'.length), { ...reads, events: known.events }, nowMs);
    expect(answer).toMatchObject({ kind: 'item', state: 'removed' });
    expect(answer?.events).not.toEqual([]);
    expect(await explainId('cf.1.self-play.99', { ...reads, triesOf, events: known.events }, nowMs)).toBeUndefined();
  });
});
