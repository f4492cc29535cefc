import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordNodes } from '../../../activities/ledger/node/record-nodes.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { readSwept, writeSwept } from '../../../src/storage/node/swept-file.ts';
import { nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

test('the ledger records the nodes of the file, and without the right file the changes alone', async () => {
  const on = ledgerHarness();
  mkdirSync(statePaths(on.folder).run, { recursive: true });
  const record = recordNodes({ ...on.dependencies, swept: () => readSwept(on.folder) });
  const states = () => on.ledgers.resources.observedNodes().map(({ node, state }) => `${node} ${state}`);
  expect(writeSwept(on.folder, { v: 1, seq: 4, reported: [], views: [nodeView('a'), nodeView('b', { state: 'lost' })] })).toBe(true);
  await record({ nodes: [], swept: 4 });
  expect(states()).toEqual(['a alive', 'b lost']);
  await record({ nodes: [nodeView('a', { state: 'suspect' })], swept: 5 });
  expect(states()).toEqual(['a suspect', 'b lost']);
  expect(writeSwept(on.folder, { v: 1, seq: 6, reported: [], views: [nodeView('b')] })).toBe(true);
  await record({ nodes: [nodeView('b')], swept: 6 });
  expect(states(), 'a node that left the cluster file is gone').toEqual(['b alive']);
});
