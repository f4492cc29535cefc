/** Items that are claimed, as the dispatcher has it done. */
import { expect } from 'vitest';
import type { OpenJob } from '../../../src/domain/job/open-job.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import { jobWorkflowId } from '../../../src/domain/ids.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { stage, type Stage } from '../state-folder.ts';

export const openOf = (steps: readonly Assignment[]): readonly OpenJob[] => steps.map(({ job, node, slots }) => ({ job, node, slots }));
/** The jobs that one claim starts. What it answers says the same. */
export async function claim({ activities, started }: Stage, open: readonly OpenJob[] = []): Promise<readonly Assignment[]> {
  started.length = 0;
  const answer = await activities.claim({ open });
  expect(answer.started).toEqual(openOf(started));
  return [...started];
}
export const begin = ({ activities }: Stage, { job, node }: Assignment, runId = 'run-1') =>
  activities.beginJob({ job, node, workflowId: jobWorkflowId(job), runId });

export async function one(change: Parameters<typeof itemSpec>[1] = {}): Promise<{ readonly on: Stage; readonly step: Assignment }> {
  const on = stage();
  await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { route: 'resident' })] });
  await on.activities.enqueue({ items: [itemSpec('x', change)] });
  const [step] = await claim(on);
  if (step === undefined) throw new Error('nothing claimed');
  return { on, step };
}
