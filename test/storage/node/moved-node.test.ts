/** Another machine under the name of a node: the ledger accepts it when the node has no open job, and keeps the jobs of the old machine otherwise. */
import { expect, it } from 'vitest';
import type { GradedNode } from '../../../src/domain/node/remembered-grade.ts';
import type { NodePlace } from '../../../src/domain/node/place.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

const place = (name: string): NodePlace => ({ bootId: name, folderId: name, machineId: name, host: name, path: '/srv/x' });
const grade = { gradedAtMs: 1, failedMs: 0, absentMs: 0, quorum: true };
const answersElsewhere: GradedNode = {
  ...nodeView('a', { state: 'unreachable', slots: 1 }),
  grade: { ...grade, place: place('old'), other: place('new') },
};

it.each([
  [false, { ...grade, place: place('new'), bootId: 'new' }],
  [true, undefined],
])('with an open job: %s', async (hasJob, accepted) => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
  await on.activities.enqueue({ items: [itemSpec('x.1')] });
  if (hasJob) await on.activities.claim({ open: [] });
  const { decided = [] } = (await on.activities.recordNodes({ nodes: [answersElsewhere] })) ?? {};
  expect(decided).toEqual(accepted === undefined ? [] : [{ ...answersElsewhere, grade: accepted }]);
});
