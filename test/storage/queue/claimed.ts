/** Claims items as the dispatcher does. */
import { expect } from 'vitest';
import type { OpenJob } from '../../../src/domain/job/open-job.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import { jobWorkflowId } from '../../../src/domain/ids.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

export const openOf = (steps: readonly Assignment[]): readonly OpenJob[] => steps.map(({ job, node, slots }) => ({ job, node, slots }));
/** Claims once and returns the jobs that were started. Also checks that the claim's result lists exactly these jobs. */
export async function claim({ activities, started }: LedgerHarness, open: readonly OpenJob[] = []): Promise<readonly Assignment[]> {
  started.length = 0;
  const answer = await activities.claim({ open });
  expect(answer.started).toEqual(openOf(started));
  return [...started];
}
export const begin = ({ activities }: LedgerHarness, { job, node }: Assignment, runId = 'run-1') =>
  activities.beginJob({ job, node, workflowId: jobWorkflowId(job), runId });

export async function one(change: Parameters<typeof itemSpec>[1] = {}): Promise<{ readonly on: LedgerHarness; readonly step: Assignment }> {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { route: 'resident' })] });
  await on.activities.enqueue({ items: [itemSpec('x', change)] });
  const [step] = await claim(on);
  if (step === undefined) throw new Error('nothing claimed');
  return { on, step };
}
