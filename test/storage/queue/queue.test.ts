/**
 * Tests the ledger activities on the queue, with real files. Each activity is also called twice: the second call returns the result of the first and
 * changes nothing.
 */
import { describe, expect, it } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { jobWorkflowId, type JobRef } from '../../../src/domain/ids.ts';
import type { JobOutcome } from '../../../src/domain/job/try-end.ts';
import { itemId, itemSpec, nodeId } from '../../support/item-spec.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';
import { begin, claim, one, openOf } from './claimed.ts';

const completed: JobOutcome = { type: 'completed', result: { games: 4 }, files: [{ path: 'games.ndjson', bytes: 1, sha256: 'a'.repeat(64) }] };
const failed = (code: FailureCode): JobOutcome => ({
  type: 'failed',
  failure: toFailureRecord(new RingmasterError(code, { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' }, cause: new Error('inner') })),
});
describe('enqueue', () => {
  it.each([
    ['a', 'b.c', 'a.b', 'c'],
    ['a.b', 'c', 'a', 'b.c'],
    ['x.1', '2.d/e.f', 'x.1.2', 'd/e.f'],
  ])('refuses an item whose output is a file of another item in a dataset: %s %s, %s %s', async (first, path, second, other) => {
    const { activities, ledgers } = ledgerHarness();
    const to = 'dataset:d' as const;
    const [former, latter] = [itemSpec(first, { outputs: [{ path, to }] }), itemSpec(second, { outputs: [{ path: other, to }] })];
    const failure = await failureOf('queue.conflict', () => activities.enqueue({ items: [former, latter] }));
    expect(failure.message).toContain(`the output ${other} of ${second} and the output ${path} of ${first} would be one file of dataset:d`);
    expect(ledgers.queue.row(first)).toBeUndefined();
    const elsewhere = [
      { path: other, to: 'dataset:e' as const },
      { path: other, to: 'home' as const },
    ];
    expect(await activities.enqueue({ items: [former, { ...latter, outputs: elsewhere }] })).toEqual({ added: 2 });
  });

  it('refuses the id of a command daemon, and adds nothing', async () => {
    const { activities, ledgers } = ledgerHarness();
    const failure = await failureOf('queue.conflict', () => activities.enqueue({ items: [itemSpec('x'), itemSpec('daemon.web')] }));
    expect(failure.message).toContain('"daemon.web": id must not begin with daemon., which is for command daemons');
    expect(ledgers.queue.row('x')).toBeUndefined();
  });

  it('adds an item once, whatever the order of its keys', async () => {
    const { activities } = ledgerHarness();
    const spec = itemSpec('x', { request: { a: 1, b: 2 } });
    expect(await activities.enqueue({ items: [spec, spec] })).toEqual({ added: 1 });
    expect(await activities.enqueue({ items: [{ ...spec, request: { b: 2, a: 1 } }] })).toEqual({ added: 0 });
  });

  it('refuses all items when one id is invalid or exists with another spec', async () => {
    const { activities, ledgers } = ledgerHarness();
    await activities.enqueue({ items: [itemSpec('x')] });
    const failure = await failureOf('queue.conflict', () =>
      activities.enqueue({ items: [itemSpec('new'), itemSpec('x', { seed: 2 }), itemSpec('NOT AN ID')] }),
    );
    expect(failure.message).toContain('x exists with another spec');
    expect(failure.message).toContain('"NOT AN ID": id must be');
    expect(ledgers.queue.row('new')).toBeUndefined();
    expect(ledgers.queue.count('pending')).toBe(1);
  });
});

describe('close', () => {
  it('completes once; a repeat returns the same result and changes nothing', async () => {
    const { on, step } = await one({ owner: 'self-play/cf/1' });
    await begin(on, step);
    const { job, node } = step;
    const first = await on.activities.closeJob({ job, node, outcome: completed, slots: 1 });
    expect(first).toEqual({ accepted: true });
    const closed = { item: 'x', state: 'completed', kind: 'self-play', outcome: completed, node, owner: 'self-play/cf/1' };
    const signalsWith = (more: object) => [
      { signal: 'itemClosed→self-play/cf/1', payload: closed },
      { signal: 'jobClosed→dispatcher', payload: { job, node, slots: 1, ...more } },
    ];
    // The repeated calls below do not send `settled`, so the dispatcher looks at the queue: the first call may have died after it had claimed an
    // item.
    const once = signalsWith({ pendingLeft: 0, settled: true });
    expect(on.signals).toEqual(once);
    const row = on.ledgers.queue.row('x');
    expect(await on.activities.closeJob({ job, node, outcome: completed, slots: 1 })).toEqual(first);
    expect(await on.activities.closeJob({ job, node, outcome: failed('job.killed'), slots: 1 })).toEqual(first);
    expect(on.signals).toEqual([...once, ...signalsWith({}), ...signalsWith({})]);
    expect(on.ledgers.queue.row('x')).toEqual(row);
    expect(on.ledgers.tasks.of('x')).toHaveLength(1);
    expect(await on.activities.items({ items: [itemId('x'), itemId('unknown')] })).toEqual([closed]);
  });

  it('called twice at the same moment, the first call decides and both return', async () => {
    const { on, step } = await one();
    const { job, node } = step;
    const [first, second] = await Promise.all([
      on.activities.closeJob({ job, node, outcome: completed }),
      on.activities.closeJob({ job, node, outcome: failed('job.killed') }),
    ]);
    expect([first, second]).toEqual([{ accepted: true }, { accepted: true }]);
    expect(on.ledgers.queue.stateOf(itemId('x'))).toBe('completed');
    expect(on.ledgers.tasks.of('x').map(({ state }) => state)).toEqual(['completed']);
  });

  it('a failed try goes to another node; after the last try the item is dead and keeps its history', async () => {
    const { on, step } = await one({ attemptsMax: 2 });
    await begin(on, step);
    expect(await on.activities.closeJob({ job: step.job, node: step.node, outcome: failed('job.killed') })).toEqual({ accepted: true });
    const [second] = await claim(on);
    expect(second?.job).toEqual({ item: 'x', epoch: 2 });
    expect(second?.node).not.toBe(step.node);
    if (second === undefined) return;
    await on.activities.closeJob({ job: second.job, node: second.node, outcome: failed('job.killed') });
    expect(on.ledgers.queue.stateOf(itemId('x'))).toBe('dead');
    // Neither call passed `slots`, as when a try on a lost node is closed. So no slot was given back and no signal was sent.
    // The dispatcher is woken once, because the item was pending again after its first try.
    expect(on.signals.map(({ signal }) => signal)).toEqual(['wake→dispatcher']);
    expect(on.ledgers.tasks.of('x').map(({ epoch, state }) => [epoch, state])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
    ]);
    expect(on.ledgers.tasks.of('x')[0]?.failure).toContain('Error: inner');
    expect(JSON.parse(on.ledgers.queue.row('x')?.history ?? '[]')).toHaveLength(2);
  });

  it('refuses an old epoch, a future one, and a node that does not hold the claim', async () => {
    const { on, step } = await one();
    await on.activities.closeJob({ job: step.job, node: step.node, outcome: failed('job.killed') });
    const [second] = await claim(on);
    if (second === undefined) throw new Error('nothing claimed');
    const before = on.ledgers.queue.row('x');
    const refused: readonly JobRef[] = [step.job, { ...second.job, epoch: 3 }, { ...second.job, epoch: 0 }];
    for (const job of refused) expect(await on.activities.closeJob({ job, node: second.node, outcome: completed })).toEqual({ accepted: false });
    expect(await on.activities.closeJob({ job: second.job, node: nodeId('elsewhere'), outcome: completed })).toEqual({ accepted: false });
    expect(await on.activities.closeJob({ job: { item: itemId('unknown'), epoch: 1 }, node: second.node, outcome: completed })).toEqual({
      accepted: false,
    });
    await on.activities.progressJobs({ jobs: [{ job: step.job, done: 1, of: 2 }] });
    expect(on.ledgers.queue.row('x')).toEqual(before);
    expect(on.ledgers.tasks.of('x')).toHaveLength(1);
  });

  it('a crash between summary and row is repaired by the repeat', async () => {
    const { on, step } = await one();
    await begin(on, step);
    const crash = new Error('crash');
    const { queue } = on.ledgers;
    const markClosed = queue.markClosed.bind(queue);
    queue.markClosed = () => {
      throw crash;
    };
    await expect(on.activities.closeJob({ job: step.job, node: step.node, outcome: completed })).rejects.toBe(crash);
    expect(on.ledgers.tasks.of('x')).toHaveLength(1);
    expect(on.ledgers.queue.stateOf(itemId('x'))).toBe('running');
    queue.markClosed = markClosed;
    expect(await on.activities.closeJob({ job: step.job, node: step.node, outcome: completed })).toEqual({ accepted: true });
    expect(on.ledgers.queue.stateOf(itemId('x'))).toBe('completed');
    expect(on.ledgers.tasks.of('x')).toHaveLength(1);
  });
});

describe('folders', () => {
  it('of completed jobs are listed until they are removed; those of failed tries stay for a week, so that people can look', async () => {
    const { on, step } = await one();
    const { job, node } = step;
    expect(await on.activities.foldersOf({ node })).toEqual({ jobs: [] });
    await on.activities.closeJob({ job, node, outcome: failed('job.killed') });
    expect(await on.activities.foldersOf({ node })).toEqual({ jobs: [] });
    const [second] = await claim(on);
    if (second === undefined) throw new Error('nothing claimed');
    await on.activities.closeJob({ job: second.job, node: second.node, outcome: completed });
    expect(await on.activities.foldersOf({ node })).toEqual({ jobs: [] });
    expect(await on.activities.foldersOf({ node: second.node })).toEqual({ jobs: [second.job] });
    for (let times = 0; times < 2; times += 1) await on.activities.foldersGone({ node: second.node, jobs: [second.job] });
    expect(await on.activities.foldersOf({ node: second.node })).toEqual({ jobs: [] });
    on.clock.nowMs += 7 * 24 * 3_600_000;
    expect(await on.activities.foldersOf({ node })).toEqual({ jobs: [job] });
    expect(on.ledgers.tasks.of('x').map(({ state }) => state)).toEqual(['failed', 'completed']);
  });
});

describe('cancel', () => {
  it('cancels pending items at once, also when repeated; running items are returned and end as cancelled when their try fails', async () => {
    const { on, step } = await one();
    await on.activities.enqueue({ items: [itemSpec('waiting', { labels: ['none'] })] });
    const items = [itemId('x'), itemId('waiting')];
    const first = await on.activities.cancelItems({ items });
    expect(first.jobs).toEqual([step.job]);
    expect(first.cancelled.map(({ item, state }) => [item, state])).toEqual([['waiting', 'cancelled']]);
    expect(await on.activities.cancelItems({ items })).toEqual(first);
    await on.activities.closeJob({ job: step.job, node: step.node, outcome: failed('transport.connection-lost') });
    expect(on.ledgers.queue.stateOf(itemId('x'))).toBe('cancelled');
  });

  it('counts an item that another request cancelled as cancelled before, whatever the clocks say; a repeat of the request gives the same count', async () => {
    const on = ledgerHarness();
    const items = [itemId('x'), itemId('y')];
    await on.activities.enqueue({ items: [itemSpec('x'), itemSpec('y')] });
    const before = async (run: string, some = items): Promise<number | undefined> =>
      (await on.activities.cancelItems({ items: some, run })).cancelledBefore;
    expect(await before('first', [itemId('x')])).toBe(0);
    on.clock.nowMs -= 3_600_000;
    expect(await before('second')).toBe(1);
    on.clock.nowMs += 7_200_000;
    expect(await before('second')).toBe(1);
    expect(await before('third')).toBe(2);
    expect(await on.activities.cancelItems({ items })).not.toHaveProperty('cancelledBefore');
  });

  it('refuses unknown ids and then cancels nothing', async () => {
    const { activities, ledgers } = ledgerHarness();
    await activities.enqueue({ items: [itemSpec('x')] });
    await failureOf('queue.unknown-item', () => activities.cancelItems({ items: [itemId('x'), itemId('typo')] }));
    expect(ledgers.queue.stateOf(itemId('x'))).toBe('pending');
  });
});

describe('reconcile', () => {
  it('returns the jobs whose workflow is closed; the next claim starts their open claims again with the same epoch, so that the processes are adopted', async () => {
    const { on, step } = await one();
    await on.activities.enqueue({ items: [itemSpec('y')] });
    const both = [step, ...(await claim(on, openOf([step])))];
    expect(both).toHaveLength(2);
    expect(await on.activities.reconcileClaims({ open: openOf(both) })).toEqual({ freed: [] });
    on.closedWorkflows.add(jobWorkflowId(step.job));
    expect(await on.activities.reconcileClaims({ open: openOf(both) })).toEqual({ freed: [step.job] });
    expect(on.ledgers.queue.row('x')).toMatchObject({ state: 'claimed', attempts: 0 });
    const others = openOf(both.filter(({ job }) => job.item !== step.job.item));
    expect(await claim(on, others)).toMatchObject([{ job: step.job, node: step.node, again: true }]);
    expect(on.ledgers.queue.stateOf(itemId('y'))).toBe('claimed');
  });
});

describe('populate', () => {
  const { id: _id, seed: _seed, request: _request, ...template } = itemSpec('x', { pipeline: 'cf', turn: 1 });
  const wanted = { pipeline: 'cf', turn: 1, wantedGames: 12, gamesPerItem: 4, template, request: {}, seed: 5 };

  it('adds the items once, and replacements for cancelled ones', async () => {
    const { activities } = ledgerHarness();
    expect(await activities.populate(wanted)).toMatchObject({ added: 3 });
    const again = await activities.populate(wanted);
    expect(again.added).toBe(0);
    await activities.cancelItems({ items: again.items.slice(1, 2) });
    expect(await activities.populate(wanted)).toEqual({ items: ['cf.1.self-play.0', 'cf.1.self-play.1r1', 'cf.1.self-play.2'], added: 1 });
  });
});
