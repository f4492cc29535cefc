/**
 * A CHECK constraint lists values that the domain defines. The SQL of a released migration never changes, so a new value needs a new migration. These
 * tests fail until the migration exists.
 */
import { expect, test } from 'vitest';
import { itemStates } from '../../../src/domain/item/work-item.ts';
import { nodeServices } from '../../../src/domain/node/wish.ts';
import { transitionKinds } from '../../../src/domain/node/node-change.ts';
import { stageOutcomes } from '../../../src/domain/pipeline/stage-history.ts';
import { ledgerRegistry } from '../../../src/storage/ledger/registry.ts';

const sql = Object.values(ledgerRegistry)
  .flatMap(({ schema }) => schema.migrations)
  .join('\n');

test.each([
  ['state of an item', itemStates],
  ['service of a node', nodeServices],
  ['kind of a transition', transitionKinds],
  ['outcome of a stage', stageOutcomes],
] as const)('the ledgers accept every %s', (_, values) => {
  const lists = [...sql.matchAll(/CHECK \(\w+ IN \(([^)]*)\)\)/g)].map(([, list = '']) => list.split(',').map((value) => value.trim().slice(1, -1)));
  expect(lists).toContainEqual([...values]);
});
