/** Tests on real files that a node on which jobs fail rests, and that the tries which it cost do not count. */
import { describe, expect, it } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { withStderr } from '../../../src/domain/failure/stderr.ts';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import type { JobOutcome } from '../../../src/domain/job/try-end.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemId, itemSpec, nodeView } from '../../support/item-spec.ts';
import { claim, openOf } from '../queue/claimed.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const completed: JobOutcome = { type: 'completed', result: {}, files: [] };
const failed = (code: FailureCode, line = 'CUDA error'): JobOutcome => ({
  type: 'failed',
  failure: withStderr(failureRecord(code, { cannot: 'finish', because: 'so', hint: { say: 'x' }, fields: { exitCode: 1 } }), line),
});

interface World {
  readonly on: LedgerHarness;
  readonly open: Map<string, Assignment>;
}

async function world(nodes: readonly string[], items: number, attemptsMax = 3, slots = 1): Promise<World> {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: nodes.map((id) => nodeView(id, { slots })) });
  await on.activities.enqueue({ items: Array.from({ length: items }, (_, k) => itemSpec(`x.${k}`, { attemptsMax })) });
  return { on, open: new Map() };
}
/** Starts all items that may start now, also those that a close has started in a freed slot. */
async function start({ on, open }: World): Promise<void> {
  await claim(on, openOf([...open.values()]));
  for (const step of on.started.splice(0)) open.set(step.job.item, step);
}
async function end({ on, open }: World, step: Assignment, outcome: JobOutcome): Promise<void> {
  open.delete(step.job.item);
  await on.activities.closeJob({ job: step.job, node: step.node, slots: step.slots, outcome });
  for (const next of on.started.splice(0)) open.set(next.job.item, next);
}
/** Returns a copy, because `end` changes the map. */
const openNow = ({ open }: World): readonly Assignment[] => [...open.values()];
const restsOf = ({ on }: World) => on.ledgers.resources.nodes().flatMap(({ node, rest }) => (rest === undefined ? [] : [node]));
const stateOf = ({ on }: World, item: string) => on.ledgers.queue.row(item);

describe('many mistyped commands', () => {
  it('make at most one node rest at a time, and none once a second node has shown that a program is mistyped', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: names.map((id) => nodeView(id, { slots: 1 })) });
    await on.activities.enqueue({ items: Array.from({ length: 12 }, (_, k) => itemSpec(`x.${k}`, { command: [`typo${k}`], attemptsMax: 3 })) });
    const here: World = { on, open: new Map() };
    let most = 0;
    for (let round = 0; round < 60 && on.ledgers.queue.count('dead') < 12; round += 1) {
      await start(here);
      for (const step of openNow(here)) {
        const program = `typo${step.job.item.split('.')[1]}`;
        const missing = failureRecord('job.spawn-failed', { cannot: 'start', because: 'so', hint: { say: 'x' }, fields: { program } });
        await end(here, step, { type: 'failed', failure: missing });
        most = Math.max(most, restsOf(here).length);
      }
      on.clock.nowMs += 2_000;
    }
    expect(on.ledgers.queue.count('dead')).toBe(12);
    expect(most).toBe(1);
  });
});

describe('two broken nodes of four', () => {
  it('do not use up the tries of any item, although the good nodes are busy most of the time', async () => {
    const here = await world(['a', 'b', 'c', 'd'], 24);
    const isBroken = (node: string): boolean => node === 'a' || node === 'b';
    for (let round = 0; round < 400 && here.on.ledgers.queue.count('completed') < 24; round += 1) {
      await start(here);
      const steps = [...here.open.values()];
      for (const step of steps.filter(({ node }) => isBroken(node))) await end(here, step, failed('job.exit-code'));
      // A good node completes its job in every fourth round only.
      if (round % 4 === 3) for (const step of steps.filter(({ node }) => !isBroken(node))) await end(here, step, completed);
      here.on.clock.nowMs += 2_000;
    }
    expect(here.on.ledgers.queue.count('completed')).toBe(24);
    expect(here.on.ledgers.queue.count('dead')).toBe(0);
    expect(restsOf(here)).toEqual(['a', 'b']);
    // A broken node gets three items, and then only canaries.
    const ends = here.on.ledgers.tasks.ledger.statement<{ tries: number }>(`SELECT count(*) AS tries FROM jobs WHERE state = 'failed'`).get();
    expect(ends?.tries).toBeLessThan(24);
  });
});

describe('a node with a full disk', () => {
  it('rests at once, the try does not count, and the item goes elsewhere even if it had only one try', async () => {
    const here = await world(['a', 'b'], 2, 1);
    await start(here);
    const step = [...here.open.values()].find(({ node }) => node === 'a') as Assignment;
    await end(here, step, failed('job.disk-full'));
    expect(restsOf(here)).toEqual(['a']);
    expect(stateOf(here, step.job.item)).toMatchObject({ state: 'pending', attempts: 0, epoch: 1 });
    for (const other of openNow(here)) await end(here, other, completed);
    await start(here);
    expect(here.open.get(step.job.item)).toMatchObject({ node: 'b', job: { epoch: 2 } });
  });

  it('gets one canary when its rest is over; a success ends the rest, and the history has each step', async () => {
    const here = await world(['a', 'b'], 8, 3, 2);
    await start(here);
    const step = [...here.open.values()].find(({ node }) => node === 'a') as Assignment;
    await end(here, step, failed('job.disk-full'));
    for (const other of [...here.open.values()].filter(({ node }) => node === 'a')) await end(here, other, failed('job.disk-full'));
    const onA = () => [...here.open.values()].filter(({ node }) => node === 'a');
    await start(here);
    expect(onA()).toEqual([]);
    const { againInMs } = await here.on.activities.claim({ open: openOf([...here.open.values()]) });
    expect(againInMs).toBeGreaterThan(0);
    here.on.clock.nowMs += 31_000;
    await start(here);
    expect(onA()).toHaveLength(1);
    await start(here);
    expect(onA()).toHaveLength(1);
    await end(here, onA()[0] as Assignment, completed);
    expect(restsOf(here)).toEqual([]);
    await start(here);
    expect(onA()).toHaveLength(2);
    const model = openReadModel(here.on.folder);
    expect(model.nodeChanges('a').map(({ what, from, to }) => [what, from, to])).toEqual([
      ['rest', 'resting', 'working'],
      ['rest', 'working', 'resting'],
      ['state', undefined, 'alive'],
    ]);
    model.close();
  });

  it('works again after an uncordon, and a restart of the ledger forgets no rest', async () => {
    const here = await world(['a', 'b'], 1);
    await start(here);
    const step = [...here.open.values()][0] as Assignment;
    await end(here, step, failed('job.disk-full'));
    here.on.ledgers.close();
    const again = ledgerHarness({ folder: here.on.folder });
    again.clock.nowMs = here.on.clock.nowMs;
    const present = { on: again, open: here.open };
    expect(restsOf(present)).toEqual([step.node]);
    const reply = await again.activities.wishNode({ node: step.node, service: 'in-service', reason: 'freed space', by: 'kim@desk' });
    expect(reply.changed).toBe(true);
    expect(restsOf(present)).toEqual([]);
    const model = openReadModel(again.folder);
    expect(model.nodeChanges(step.node)[0]).toMatchObject({ what: 'rest', to: 'working', evidence: 'kim@desk: freed space' });
    model.close();
  });
});

describe('a mistake in the payload', () => {
  it('makes at most one node rest for a moment, and never all of them', async () => {
    const here = await world(['a', 'b', 'c'], 9);
    for (let round = 0; round < 60; round += 1) {
      await start(here);
      for (const step of openNow(here)) await end(here, step, failed('job.exit-code', `Traceback: bad key ${round}`));
      expect(restsOf(here).length).toBeLessThan(2);
      here.on.clock.nowMs += 1_000;
    }
    expect(restsOf(here)).toEqual([]);
    expect(here.on.ledgers.queue.count('dead')).toBe(9);
    expect(stateOf(here, 'x.0')).toMatchObject({ attempts: 3, epoch: 3 });
  });
});

describe('the only node that could run an item', () => {
  it('gets the item again soon although it rests, and its tries count', async () => {
    const here = await world(['a'], 1, 3);
    for (let tries = 1; tries <= 3; tries += 1) {
      await start(here);
      await end(here, [...here.open.values()][0] as Assignment, failed('job.disk-full'));
      expect(restsOf(here)).toEqual(['a']);
      here.on.clock.nowMs += 6_000;
    }
    expect(stateOf(here, 'x.0')).toMatchObject({ state: 'dead', attempts: 3 });
  });
});

it('the read model names the rule for each node of a pending item', async () => {
  const here = await world(['a', 'b'], 2);
  await start(here);
  const step = [...here.open.values()].find(({ node }) => node === 'a') as Assignment;
  await end(here, step, failed('job.killed'));
  const model = openReadModel(here.on.folder, () => here.on.clock.nowMs);
  expect(model.item(step.job.item)?.placements).toMatchObject([
    { node: 'a', refusal: { rule: 'avoided', code: 'job.killed' } },
    { node: 'b', refusal: { rule: 'full', free: 0 } },
  ]);
  expect(model.item(itemId('x.9'))).toBeUndefined();
  model.close();
});
