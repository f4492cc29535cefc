import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { insertItem, itemColumns, newItemValues } from '../../../src/storage/queue/item-columns.ts';
import { workQueueSchema } from '../../../src/storage/queue/work-queue-rows.ts';
import { itemSpec } from '../../support/item-spec.ts';

it('each column of the list is a column of the table, and a new row has what the list says', () => {
  const db = new Database(':memory:');
  workQueueSchema.migrations.forEach((migration) => db.exec(migration));
  const spec = itemSpec('x', { pipeline: 'cf', turn: 3, priority: 7, slots: 2, labels: ['gpu'], attemptsMax: 4 });
  db.prepare(insertItem).run(...newItemValues({ spec, avoid: undefined, epochFloor: 0, nowMs: 42 }));
  expect(db.prepare(`SELECT ${itemColumns}, shape FROM items`).all()).toEqual([
    {
      seq: 1,
      id: 'x',
      state: 'pending',
      kind: spec.kind,
      pipeline: 'cf',
      turn: 3,
      owner: spec.owner ?? null,
      priority: 7,
      shape: '2:gpu',
      slots: 2,
      epoch: 0,
      attempts: 0,
      attempts_max: 4,
      node: null,
      failed_on: '[]',
      free_tries: 0,
      workflow_id: null,
      run_id: null,
      cancel_requested: 0,
      progress_done: null,
      progress_of: null,
      claimed_at_ms: null,
      started_at_ms: null,
      created_at_ms: 42,
      changed_at_ms: 42,
      history: '[]',
      outcome: null,
    },
  ]);
  db.close();
});
