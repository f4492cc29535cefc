/**
 * Property test of the pump on real files: changes publish events in two ledgers, and the process dies between any two steps. Each event is in the log
 * exactly once, and the events of one ledger are in their order.
 */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outboxOf, pumpEvents, type EventSource } from '../../src/storage/event/pump-events.ts';
import { publish } from '../../src/storage/event/publish.ts';
import { openLedgers, openOneLedger, type Ledgers } from '../../src/storage/ledger/ledgers.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';
import { options } from './seed.ts';

const retention = { ageMs: 1e15, eventsMax: 1e9 };
const keys = ['resources', 'queue'] as const;
type Key = (typeof keys)[number];
/** `clock` can step back. A `pump` dies after so many of its steps (read, read, append, remove, remove), or completes. */
type Action =
  | { readonly type: 'publish'; readonly key: Key; readonly count: number; readonly atMs: number }
  | { readonly type: 'pump'; readonly diesAfter: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constant('publish' as const),
    key: fc.constantFrom(...keys),
    count: fc.integer({ min: 1, max: 5 }),
    atMs: fc.integer({ min: 0, max: 100 }),
  }),
  fc.record({ type: fc.constant('pump' as const), diesAfter: fc.integer({ min: 0, max: 6 }) }),
);

class Died extends Error {}

/** Pumps one batch on files that are opened for it, and dies after a number of steps. */
function pumpAndDie(folder: string, ledgers: Ledgers, diesAfter: number): void {
  let steps = 0;
  const step = <T>(work: () => T): T => {
    if (steps >= diesAfter) throw new Died();
    steps += 1;
    return work();
  };
  const log = openOneLedger(folder, 'events');
  const sources = keys.map((key): EventSource => {
    const box = outboxOf(key, ledgers[key].ledger);
    return { read: () => step(() => box.read(3)), remove: (last) => step(() => box.remove(last)) };
  });
  try {
    pumpEvents(sources, (events) => step(() => log.append(events, retention, 0)));
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  } finally {
    log.close();
  }
}

test('each event is in the log exactly once, in the order of its outbox', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
      const folder = mkdtempSync(join(tmpdir(), 'ringmaster-pump-'));
      const ledgers = openLedgers(folder);
      const published: Record<Key, string[]> = { resources: [], queue: [] };
      try {
        for (const one of actions) {
          if (one.type === 'pump') pumpAndDie(folder, ledgers, one.diesAfter);
          else
            for (let k = 0; k < one.count; k += 1) {
              const facts = { atMs: one.atMs, actor: one.key };
              published[one.key].push(publish(ledgers[one.key].ledger, 'NODE_SUSPECT', { node: 'a', to: 'suspect', evidence: '' }, facts));
            }
        }
        for (let round = 0; round < 50; round += 1) pumpAndDie(folder, ledgers, 6);
        const model = openReadModel(folder);
        const { events } = model.events({ after: 0, limit: 1_000 });
        model.close();
        for (const key of keys) expect(events.filter(({ actor }) => actor === key).map(({ id }) => id)).toEqual(published[key]);
        expect(events).toHaveLength(published.resources.length + published.queue.length);
      } finally {
        ledgers.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    options(30),
  );
});
