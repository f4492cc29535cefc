import { describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../../src/domain/cluster/status.ts';
import type { ItemFacts } from '../../../src/domain/item/view.ts';
import type { JobView } from '../../../src/domain/job/view.ts';
import type { ModelView } from '../../../src/domain/model/model.ts';
import type { SyncView } from '../../../src/domain/dataset/sync.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { isFailureCode } from '../../../src/domain/failure/table.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { jobWorkflowId } from '../../../src/domain/ids.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, stateFolder } from '../state-folder.ts';

const failure = toFailureRecord(new RingmasterError('job.killed', { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' } }));

describe('read model', () => {
  it('is empty before there are any files, and reads them once they exist', async () => {
    const folder = stateFolder();
    const model = openReadModel(folder);
    expect(model.status()).toMatchObject({ v: 1, nodes: [], openJobs: [], recentJobs: [], pipelines: [], recentSyncs: [], models: [] });
    expect(model.status().queue.pending).toBe(0);
    expect([model.item('x'), model.jobs({}), model.items({}), model.syncs(), model.models()]).toEqual([undefined, [], [], [], []]);
    const { activities } = ledgerHarness({ folder });
    await activities.enqueue({ items: [itemSpec('x')] });
    expect(model.status().queue.pending).toBe(1);
    model.close();
  });

  it('shows an item and a list of items without what looks like a secret', async () => {
    const { activities, folder } = ledgerHarness();
    await activities.enqueue({ items: [itemSpec('x', { env: { MYSQL_PWD: 'p4ss', PWD: '/w' }, command: ['a', 'db://me:p4ss@b'] })] });
    const model = openReadModel(folder);
    const shown = { env: { MYSQL_PWD: '…', PWD: '/w' }, command: ['a', 'db://me:…@b'] };
    expect(model.item('x')?.item.spec).toMatchObject(shown);
    expect(model.items({}).map(({ spec }) => spec)).toEqual([expect.objectContaining(shown)]);
    expect(model.items({ state: 'pending' }).map(({ spec }) => spec)).toEqual([expect.objectContaining(shown)]);
    model.close();
  });

  it('shows what the activities recorded, in the types of the contract', async () => {
    const { activities, folder } = ledgerHarness();
    await activities.recordNodes({ nodes: [nodeView('a')] });
    await activities.enqueue({ items: [itemSpec('x', { pipeline: 'cf', turn: 1 }), itemSpec('y'), itemSpec('z')] });
    const { started } = await activities.claim({ open: [] });
    for (const { job, node } of started) await activities.beginJob({ job, node, workflowId: jobWorkflowId(job), runId: 'r' });
    const [first, second] = started.map(({ job }) => job);
    if (first === undefined || second === undefined) throw new Error('nothing claimed');
    await activities.closeJob({ job: first, node: nodeView('a').node, outcome: { type: 'failed', failure } });
    await activities.progressJobs({ jobs: [{ job: second, done: 1, of: 4 }] });
    await activities.recordStage({ pipeline: 'cf', turn: 1, stage: 'train', detail: 'train on a: 1/4' });
    await activities.recordSync({
      key: 'k',
      dataset: 'd',
      source: 'a',
      target: 'home',
      digest: 'g',
      files: 1,
      bytes: 2,
      durationMs: 3,
      method: 'rsync',
      failure,
    });
    await activities.registerModel({
      pipeline: 'cf',
      turn: 1,
      sha256: 'f'.repeat(64),
      bytes: 1,
      trainingSet: 't',
      parent: 'p',
      seed: 1,
      payloadDigest: 'd',
    });

    const model = openReadModel(folder, () => 42);
    const status: Omit<
      ClusterStatus,
      'cluster' | 'processes' | 'daemons' | 'temporalAddress' | 'temporalServer' | 'watches' | 'nodeLimits' | 'alerts'
    > = model.status();
    const facts: ItemFacts | undefined = model.item('x');
    const jobs: readonly JobView[] = model.jobs({});
    const syncs: readonly SyncView[] = model.syncs(5);
    const models: readonly ModelView[] = model.models();

    expect(status).toMatchObject({
      readAtMs: 42,
      queue: { pending: 2, claimed: 0, running: 1, completed: 0, failed: 0, 'timed-out': 0, cancelled: 0, dead: 0 },
      openJobs: [{ item: 'y', epoch: 1, state: 'running', progress: { done: 1, of: 4 } }],
      recentJobs: [{ item: 'x', epoch: 1, state: 'failed', pipeline: 'cf', turn: 1, failure }],
      pipelines: [{ name: 'cf', turn: 1, stage: 'train', champion: 'cf-random', championElo: 0, promotions: 0, games: 0 }],
      recentSyncs: [{ dataset: 'd', state: 'failed', failure }],
      models: [{ id: 'cf-1-ffffffff', state: 'candidate' }],
    });
    expect(status.nodes).toEqual([nodeView('a')]);
    expect(facts?.item).toMatchObject({ spec: itemSpec('x', { pipeline: 'cf', turn: 1 }), state: 'pending', epoch: 1, attempts: 1 });
    expect(facts?.item.history).toHaveLength(1);
    expect(facts?.jobs.map(({ epoch, state }) => [epoch, state])).toEqual([[1, 'failed']]);
    expect(jobs.map(({ item, state }) => [item, state])).toEqual([
      ['y', 'running'],
      ['x', 'failed'],
    ]);
    expect(model.jobs({ state: 'failed', kind: 'self-play' })).toHaveLength(1);
    expect(model.jobs({ kind: 'train' })).toEqual([]);
    expect(model.items({ state: 'pending' }).map(({ spec }) => spec.id)).toEqual(['x', 'z']);
    expect(model.items({ state: 'running' }).map(({ spec }) => spec.id)).toEqual(['y']);
    expect(model.items({ limit: 2 })).toHaveLength(2);
    expect([syncs.length, models.length]).toEqual([1, 1]);
    model.close();
  });

  it('lists as failed the jobs that ended with a failure, and not those that a person, a verdict or a newer try ended', async () => {
    const { activities, folder } = ledgerHarness();
    const outcomes = {
      'job.exit-code': true,
      'job.timeout': true,
      'job.lost': true,
      'sync.corrupt': true,
      'job.cancelled': false,
      'job.stopped': false,
      'job.epoch-refused': false,
      'pipeline.cancelled': false,
      completed: false,
    } as const;
    await activities.recordNodes({ nodes: [nodeView('a', { slots: 16 })] });
    await activities.enqueue({ items: Object.keys(outcomes).map((code) => itemSpec(code, { attemptsMax: 1 })) });
    const { started } = await activities.claim({ open: [] });
    for (const { job, node } of started) {
      const record = { cannot: 'run x', because: 'y', hint: { say: 'z' } };
      const completed = { type: 'completed' as const, result: {}, files: [] };
      const failed = isFailureCode(job.item) ? { type: 'failed' as const, failure: failureRecord(job.item, record) } : completed;
      await activities.closeJob({ job, node, outcome: failed });
    }
    const model = openReadModel(folder);
    const expected = Object.entries(outcomes).flatMap(([code, isFailed]) => (isFailed ? [code] : []));
    expect(
      model
        .jobs({ failed: true })
        .map(({ item }) => item)
        .toSorted(),
    ).toEqual(expected.toSorted());
    expect(model.jobs({ failed: true, node: 'b' })).toEqual([]);
    expect(model.jobs({ failed: true, limit: 2 })).toHaveLength(2);
    expect(model.jobs({})).toHaveLength(started.length);
    model.close();
  });

  it('lists the jobs of one node, pipeline, kind or state: the same as the whole list filtered afterwards', async () => {
    const { activities, folder } = ledgerHarness();
    await activities.recordNodes({ nodes: [nodeView('a', { slots: 4 }), nodeView('b', { slots: 4 })] });
    const specs = Array.from({ length: 12 }, (_, k) => itemSpec(`i${k}`, k % 3 === 0 ? {} : { pipeline: `p${k % 3}` }));
    await activities.enqueue({ items: specs });
    const { started } = await activities.claim({ open: [] });
    for (const [k, { job, node }] of started.entries()) {
      if (k % 4 === 3) continue;
      const outcome = k % 4 === 0 ? { type: 'failed' as const, failure } : { type: 'completed' as const, result: {}, files: [] };
      await activities.closeJob({ job, node, outcome });
    }
    const model = openReadModel(folder);
    const all = model.jobs({ limit: 1_000 });
    expect(all.map(({ state }) => state).toSorted()).toEqual([
      'claimed',
      'claimed',
      'completed',
      'completed',
      'completed',
      'completed',
      'failed',
      'failed',
    ]);
    const filters = [
      { node: 'a' },
      { node: 'b', state: 'failed' as const },
      { pipeline: 'p1' },
      { pipeline: 'p2', node: 'a' },
      { state: 'claimed' as const },
      { kind: 'self-play' as const, pipeline: 'p1' },
      { node: 'nowhere' },
    ];
    for (const filter of filters) {
      const expected = all.filter((job) => Object.entries(filter).every(([name, value]) => job[name as keyof typeof job] === value));
      expect(model.jobs({ ...filter, limit: 1_000 }), JSON.stringify(filter)).toEqual(expected);
      expect(model.jobs({ ...filter, limit: 2 }), JSON.stringify(filter)).toEqual(expected.slice(0, 2));
    }
    model.close();
  });

  it('reads no more than it shows: with 100,000 items each answer takes a fraction of one pass over them', () => {
    const { ledgers, folder } = ledgerHarness();
    for (let k = 0; k < 100; k += 1)
      ledgers.queue.enqueue(
        Array.from({ length: 1000 }, (_, j) => itemSpec(`cf.1.self-play.${k * 1000 + j}`)),
        1,
      );
    ledgers.queue.ledger.statement(`UPDATE items SET state = 'completed', closed_at_ms = seq WHERE seq % 2 = 0`).run();
    ledgers.queue.recount();
    const model = openReadModel(folder);
    model.status();
    const best = (act: () => unknown): number => Math.min(...Array.from({ length: 7 }, () => elapsed(act)));
    const took = {
      status: best(() => model.status()),
      item: best(() => model.item('cf.1.self-play.77777')),
      closed: best(() => model.items({ state: 'completed' })),
      pending: best(() => model.items({ state: 'pending' })),
    };
    expect(model.status().queue).toMatchObject({ pending: 50_000, completed: 50_000 });
    const pass = best(() => ledgers.queue.ledger.statement(`SELECT count(*) FROM specs WHERE json LIKE '%nothing has this%'`).get());
    for (const [name, ms] of Object.entries(took)) expect(ms, `${name} took ${ms} ms`).toBeLessThan(pass / 3);
    model.close();
  }, 240_000);
});

function elapsed(act: () => unknown): number {
  const from = performance.now();
  act();
  return performance.now() - from;
}
