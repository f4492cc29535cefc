import { ago } from '../say.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

/**
 * Returns what a running workflow waits for. A step that Temporal retries appears here even before the workflow's own first try has ended. Between
 * two of its own tries a workflow has no pending step, so the reason is then the failure that the workflow itself reports.
 */
export function whyWorkflow(workflow: WorkflowFacts | undefined, nowMs: number): string[] {
  if (workflow === undefined || workflow.status !== 'RUNNING') return [];
  const failure = workflow.reported?.rows['failure'];
  const reports = failure === undefined ? [] : [`Its workflow says "${workflow.reported?.heading}": ${failure}.`];
  const steps = workflow.pending
    .filter((activity) => activity.attempt > 1)
    .map((activity) => {
      const inMs = activity.nextAttemptAtMs === undefined ? undefined : activity.nextAttemptAtMs - nowMs;
      const next = inMs !== undefined && inMs > 0 ? `, next in ${ago(inMs)}` : '';
      return `Step ${activity.type} is at attempt ${activity.attempt}${next}${activity.lastFailure === undefined ? '' : `: ${activity.lastFailure}`}.`;
    });
  return [...reports, ...steps];
}
