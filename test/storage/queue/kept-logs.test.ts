/** Tests that the end of a try's logs is kept at home with the try, within limits of its own. */
import { expect, test } from 'vitest';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemId, nodeId } from '../../support/item-spec.ts';
import { one } from './claimed.ts';

test('the end of the logs is stored with the close of a try, and can be read when the node is gone', async () => {
  const { on, step } = await one();
  const failure = { code: 'job.exit-code', class: 'defect', message: 'Cannot', fields: {}, chain: [] } as const;
  const closing = { job: step.job, node: step.node, slots: step.slots, outcome: { type: 'failed', failure } } as const;
  const logs = { stdout: '{"done":1,"of":2}\n', stderr: 'Traceback\nValueError: x\n' };
  for (let times = 0; times < 2; times += 1) await on.activities.closeJob({ ...closing, logs });
  const model = openReadModel(on.folder);
  expect(model.keptLog(step.job, 'stderr')).toBe(logs.stderr);
  expect(model.keptLog(step.job, 'stdout')).toBe(logs.stdout);
  expect(model.keptLog({ item: itemId('y'), epoch: 1 }, 'stdout')).toBeUndefined();
  expect(JSON.stringify(on.signals), 'the logs go to the ledger only').not.toContain('Traceback');
  expect(JSON.stringify(model.item('x')), 'the item stays small').not.toContain('Traceback');
  model.close();
});

test('a try without logs, as an older release closes it, has none', async () => {
  const { on, step } = await one();
  await on.activities.closeJob({ job: step.job, node: nodeId('a'), slots: 1, outcome: { type: 'completed', result: {}, files: [] } });
  const model = openReadModel(on.folder);
  expect(model.keptLog(step.job, 'stderr')).toBeUndefined();
  model.close();
});
