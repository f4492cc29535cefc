/**
 * Property test of the delivery on real files. Events of two nodes are published; the handler of a node works, fails, or finds its way closed; the log is
 * full, and the process dies between the handler and the cursor. In the end each event has taken effect once, unless it is a dead letter, and the effects of
 * one node are in the order of its events, apart from those that were dead and sent again.
 */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DeliverTo } from '../../activities/ledger/event/deliver-to.ts';
import { handler } from '../../activities/ledger/event/handler.ts';
import type { Subscription } from '../../src/domain/event/subscription.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Deliveries } from '../../src/storage/event/deliveries.ts';
import { EventLogDoor } from '../../src/storage/event/event-log-door.ts';
import { EventPump } from '../../src/storage/event/event-pump.ts';
import { publish } from '../../src/storage/event/publish.ts';
import { steerDeliveries } from '../../src/storage/event/steer-deliveries.ts';
import { openLedgers } from '../../src/storage/ledger/ledgers.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';
import { options } from './seed.ts';

const nodes = ['a', 'b'] as const;
type Node = (typeof nodes)[number];
type Mood = 'works' | 'fails' | 'closed';
type Action =
  | { readonly type: 'publish'; readonly node: Node; readonly count: number }
  | { readonly type: 'mood'; readonly node: Node; readonly mood: Mood }
  | { readonly type: 'step'; readonly afterMs: number; readonly dies: boolean }
  | { readonly type: 'redrive' };

const node = fc.constantFrom(...nodes);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constant('publish' as const), node, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('mood' as const), node, mood: fc.constantFrom<Mood>('works', 'fails', 'closed') }),
  fc.record({ type: fc.constant('step' as const), afterMs: fc.constantFrom(0, 500, 1_000, 2_000), dies: fc.constantFrom(false, false, true) }),
  fc.constant({ type: 'redrive' as const }),
);
const takes = { NODE_SUSPECT: 1 } as const;
const subscription: Subscription = {
  subscriber: 'test',
  does: 'Tests.',
  takes,
  begins: 'beginning',
  waitMs: 0,
  gapMs: 0,
  limits: { triesMax: 3, pauseMs: 1_000, pauseMsMax: 2_000, handlerMsMax: 60_000 },
};
const closed = new RingmasterError('server.unavailable', { cannot: 'signal', because: 'the server is away', hint: { say: 'waiting' } });

/** Returns deliveries whose changes fail, as if the process had died before them. */
const dying = (deliveries: Deliveries): Deliveries =>
  new Proxy(deliveries, {
    get: (target, name: keyof Deliveries) => {
      const isChange = name === 'advance' || name === 'settle';
      return isChange ? () => expect.unreachable('the process died') : target[name].bind(target);
    },
  });

/** Runs the actions, and then delivers until nothing is left. Returns the first effect of each event in their order, and the events that were ever dead. */
async function played(folder: string, actions: readonly Action[]) {
  let nowMs = 1_700_000_000_000;
  const now = (): number => nowMs;
  const ledgers = openLedgers(folder);
  const retention = { ageMs: 1e15, eventsMax: 1e9 };
  const moods: Record<Node, Mood> = { a: 'works', b: 'works' };
  const published: Record<Node, string[]> = { a: [], b: [] };
  const effects = new Map<string, Node>();
  const everDead = new Set<string>();
  const of = handler<'NODE_SUSPECT'>({
    takes,
    keyOf: ({ payload }) => payload.node,
    handle: async (events) => {
      for (const { id, payload } of events) {
        const mood = moods[payload.node as Node];
        if (mood === 'closed') throw closed;
        if (mood === 'fails') throw new Error('it broke');
        if (!effects.has(id)) effects.set(id, payload.node as Node);
      }
    },
  });
  let dies = false;
  /** A door whose changes fail after the handler, as if the process had died there. */
  class DyingDoor extends EventLogDoor {
    override use<T>(work: Parameters<EventLogDoor['use']>[0]): T {
      return super.use((opened) => {
        return work(dies ? { ...opened, deliveries: dying(opened.deliveries) } : opened);
      }) as T;
    }
  }
  const door = new DyingDoor(folder, [subscription], now);
  const pump = new EventPump({ state: folder, ledgers, door, retention, now });
  const model = openReadModel(folder);
  const step = async (): Promise<void> => {
    await new DeliverTo({ subscription, handler: of, door, now }).step(new AbortController().signal);
    for (const { event } of model.deadLetters({ limit: 1_000 })) everDead.add(event.id);
  };
  const redrive = (): void => {
    if (model.deadLetters({}).length > 0) door.use(({ log }) => steerDeliveries(log, { verb: 'redrive', subscriber: 'test', by: 'ada@desk' }, now()));
  };
  try {
    pump.step();
    for (const one of actions) {
      if (one.type === 'publish')
        for (let k = 0; k < one.count; k += 1)
          published[one.node].push(
            publish(ledgers.resources.ledger, 'NODE_SUSPECT', { node: one.node, to: 'suspect', evidence: '' }, { atMs: now(), actor: 'test' }),
          );
      else if (one.type === 'mood') moods[one.node] = one.mood;
      else if (one.type === 'redrive') redrive();
      else {
        nowMs += one.afterMs;
        ({ dies } = one);
        pump.step();
        await step();
        dies = false;
      }
    }
    for (const name of nodes) moods[name] = 'works';
    pump.step();
    for (let round = 0; round < 20; round += 1) {
      nowMs += 2_000;
      redrive();
      for (let again = 0; again < 5; again += 1) await step();
    }
    const view = model.subscriptions().subscribers.find(({ subscriber }) => subscriber === 'test');
    return { published, effects, everDead, view };
  } finally {
    model.close();
    door.close();
    ledgers.close();
  }
}

test('each event takes effect, in the order of its key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40, size: 'max' }), async (actions) => {
      const folder = mkdtempSync(join(tmpdir(), 'ringmaster-delivery-'));
      try {
        const { published, effects, everDead, view } = await played(folder, actions);
        expect(view).toMatchObject({ lag: 0, retried: 0, dead: 0 });
        for (const name of nodes) {
          const own = [...effects].flatMap(([id, of]) => (of === name ? [id] : []));
          expect(own.toSorted()).toEqual(published[name].toSorted());
          expect(own.filter((id) => !everDead.has(id))).toEqual(published[name].filter((id) => !everDead.has(id)));
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    options(60),
  );
}, 120_000);
