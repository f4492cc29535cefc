/** Tests which events the changes of the ledgers publish, and that each event names its cause. */
import { expect, test } from 'vitest';
import type { EventView } from '../../../src/domain/event/event.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { begin, claim, one } from '../queue/claimed.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { happened, readerOf, typesOf } from './pumped.ts';

const failed = (code: FailureCode) =>
  ({ type: 'failed', failure: failureRecord(code, { cannot: 'finish', because: 'of the test', hint: { say: 'nothing' } }) }) as const;
const find = (events: readonly EventView[], type: string): EventView => {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new Error(`no ${type} among ${typesOf(events).join(', ')}`);
  return found;
};
/** Returns the types of the causes of an event, the nearest first. */
function chain(on: LedgerHarness, id: string): readonly string[] {
  return (readerOf(on).eventTrace(id)?.causes ?? []).map(({ type }) => type).toReversed();
}
const inTurn = { pipeline: 'cf', turn: 2, owner: 'train/cf/2', kind: 'train' } as const;

test('a lost node, the try that is lost with it, and the recovery are one story', async () => {
  const { on, step } = await one();
  await begin(on, step);
  for (const state of ['suspect', 'unreachable', 'lost'] as const)
    await on.activities.recordNodes({ nodes: [nodeView(step.node, { state, sinceMs: on.clock.nowMs, evidence: `${state} in the test` })] });
  await on.activities.closeJob({ job: step.job, node: step.node, outcome: failed('job.lost') });
  await on.activities.recordNodes({ nodes: [nodeView(step.node, { sinceMs: on.clock.nowMs + 1 })] });
  const events = happened(on);
  const retry = find(events, 'WORK_RETRY');
  expect(chain(on, retry.id)).toEqual(['NODE_LOST', 'HOST_OFFLINE', 'NODE_SUSPECT']);
  expect(chain(on, find(events, 'NODE_RECOVERED').id)[0]).toBe('NODE_LOST');
  expect(retry.text).toBe(`try 1 of x failed on ${step.node} (job.lost): it is pending again after 1 of 3 tries`);
  expect(
    readerOf(on)
      .eventTrace(find(events, 'NODE_SUSPECT').id)
      ?.effects.map(({ type }) => type),
  ).toEqual(['HOST_OFFLINE', 'NODE_LOST', 'WORK_RETRY', 'NODE_RECOVERED']);
});

test('an operator who declares a node lost is the cause of the loss', async () => {
  const { on, step } = await one();
  await on.activities.recordNodes({ nodes: [nodeView(step.node, { state: 'unreachable', sinceMs: on.clock.nowMs })] });
  await on.activities.wishNode({ node: nodeId(step.node), service: 'lost', by: 'ada@home', reason: 'it burnt down' });
  const events = happened(on);
  const lost = find(events, 'NODE_LOST');
  expect(chain(on, lost.id)[0]).toBe('NODE_DECLARED_LOST');
  expect(find(events, 'NODE_DECLARED_LOST')).toMatchObject({ actor: 'ada@home', text: `ada@home declared ${step.node} lost (it burnt down)` });
});

test('a cancelled item ends its stage and pauses its pipeline, and the trace shows it both ways', async () => {
  const on = ledgerHarness();
  const { activities } = on;
  await activities.recordNodes({ nodes: [nodeView('a')] });
  await activities.recordStage({ pipeline: 'cf', turn: 2, stage: 'train', detail: '600 games' });
  await activities.enqueue({ items: [itemSpec('cf.2.train.0', inTurn)] });
  const [step] = await claim(on);
  await begin(on, step!);
  await activities.cancelItems({ items: [itemId('cf.2.train.0')], reason: 'wrong seed', by: 'ada@home' });
  await activities.closeJob({ job: step!.job, node: step!.node, outcome: failed('job.cancelled') });
  const failure = failureRecord('job.cancelled', {
    cannot: 'train',
    because: 'it was cancelled',
    hint: { say: 'nothing' },
    fields: { by: 'ada@home' },
  });
  await activities.recordStage({ pipeline: 'cf', turn: 2, stage: 'failed', detail: 'cancelled', failure });
  const wish = { wish: 'paused', by: 'ada@home', reason: 'wrong seed', sinceMs: on.clock.nowMs } as const;
  await activities.recordStage({ pipeline: 'cf', turn: 2, stage: 'paused', detail: '', failure, standing: { nextTurn: 2, turnsLeft: 1, wish } });
  const events = happened(on);
  expect(chain(on, find(events, 'PIPELINE_PAUSED').id)).toEqual(['TURN_FAILED', 'TRAINING_FAILED', 'WORK_CANCELLED']);
  const effects = readerOf(on).eventTrace(find(events, 'WORK_CANCELLED').id)?.effects;
  expect(effects?.map(({ type }) => type)).toEqual(['WORK_STOPPED', 'TRAINING_FAILED', 'TURN_FAILED', 'PIPELINE_PAUSED']);
  expect(find(events, 'WORK_CANCELLED').text).toBe('ada@home cancelled 1 item (cf.2.train.0), 1 of them running: wrong seed');
});

test('a turn is a chain from its start to its end', async () => {
  const on = ledgerHarness();
  const record = (stage: 'self-play' | 'train' | 'done', detail = '') => on.activities.recordStage({ pipeline: 'cf', turn: 1, stage, detail });
  await record('self-play', '0/4 items');
  await record('self-play', '4/4 items');
  await record('train');
  await record('train');
  await record('done', 'promoted');
  await record('done', 'promoted');
  const events = happened(on);
  expect(typesOf(events)).toEqual([
    'TURN_STARTED',
    'SELFPLAY_STARTED',
    'SELFPLAY_COMPLETE',
    'TRAINING_STARTED',
    'TRAINING_COMPLETED',
    'TURN_COMPLETED',
  ]);
  expect(chain(on, events.at(-1)?.id ?? '')).toEqual(typesOf(events).slice(0, -1).toReversed());
  expect(events[2]?.text).toBe('self-play of turn 1 of cf completed in 0 s (4/4 items)');
});

test('a repeated change publishes nothing', async () => {
  const { on, step } = await one();
  const { activities } = on;
  const twice = async (work: () => Promise<unknown>): Promise<void> => void (await work(), await work());
  await twice(() => activities.enqueue({ items: [itemSpec('x')] }));
  await begin(on, step);
  await twice(() => activities.closeJob({ job: step.job, node: step.node, outcome: failed('job.exit-code') }));
  await twice(() => activities.cancelItems({ items: [itemId('x')], by: 'ada', reason: 'test' }));
  await twice(() => activities.wishNode({ node: nodeId('a'), service: 'cordoned', by: 'ada', reason: 'test' }));
  const sync = { key: 'k', dataset: 'games', source: 'a', target: 'home', digest: 'd', files: 1, bytes: 1, durationMs: 1, method: 'rsync' };
  await twice(() => activities.recordSync(sync));
  const model = { pipeline: 'cf', turn: 1, sha256: 'a'.repeat(64), bytes: 1, trainingSet: 't', parent: 'p', seed: 1, payloadDigest: 'd' };
  await twice(() => activities.registerModel(model));
  const types = typesOf(happened(on));
  for (const type of ['WORK_QUEUED', 'WORK_RETRY', 'WORK_CANCELLED', 'NODE_CORDONED', 'DATA_SYNC_COMPLETED', 'MODEL_REGISTERED'])
    expect(
      types.filter((name) => name === type),
      type,
    ).toHaveLength(1);
});

test('a try that completes publishes nothing', async () => {
  const { on, step } = await one();
  await begin(on, step);
  const before = happened(on).length;
  await on.activities.closeJob({ job: step.job, node: step.node, outcome: { type: 'completed', result: {}, files: [] } });
  expect(happened(on)).toHaveLength(before);
});
