import { WorkflowNotFoundError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { readDetails, type WorkflowStory } from './read-details.ts';

/** What Temporal knows of one workflow: enough to say which activity it waits for and why that is late. */
export interface WorkflowFacts {
  readonly workflowId: string;
  readonly status: string;
  readonly startedAtMs: number;
  readonly closedAtMs?: number;
  readonly pending: readonly PendingActivity[];
  /** What it says of itself; absent when it has ended, or when nobody answers for it just now. */
  readonly story?: WorkflowStory;
}

export interface PendingActivity {
  readonly type: string;
  readonly attempt: number;
  readonly state: 'scheduled' | 'started' | 'other';
  readonly lastFailure?: string;
  readonly nextAttemptAtMs?: number;
}

const activityStates: Readonly<Record<number, PendingActivity['state']>> = { 1: 'scheduled', 2: 'started' };
const stateOf = (state: number | null | undefined): PendingActivity['state'] => activityStates[state ?? 0] ?? 'other';
const msOf = (stamp: { readonly seconds?: unknown } | null | undefined): number | undefined =>
  stamp?.seconds === undefined || stamp.seconds === null ? undefined : Number(stamp.seconds) * 1000;

/** A worker answers this from the workflow's state in milliseconds; without one nobody does, and the rest is known all the same. */
const storyMsMax = 2_000;

async function askStory(client: Client, workflowId: string): Promise<WorkflowStory | undefined> {
  try {
    const { currentDetails } = await client.withDeadline(Date.now() + storyMsMax, () =>
      client.workflow.getHandle(workflowId).query<{ readonly currentDetails?: string }>('__temporal_workflow_metadata'),
    );
    return readDetails(currentDetails ?? '');
  } catch {
    return undefined; // No worker just now, or it ended between the two questions.
  }
}

export async function describeWorkflow(client: Client, workflowId: string): Promise<WorkflowFacts | undefined> {
  try {
    const seen = await client.workflow.getHandle(workflowId).describe();
    const story = seen.status.name === 'RUNNING' ? await askStory(client, workflowId) : undefined;
    return {
      workflowId,
      status: seen.status.name,
      startedAtMs: seen.startTime.getTime(),
      ...(story === undefined ? {} : { story }),
      ...(seen.closeTime === undefined ? {} : { closedAtMs: seen.closeTime.getTime() }),
      pending: (seen.raw.pendingActivities ?? []).slice(0, 20).map((activity) => {
        const nextAttemptAtMs = stateOf(activity.state) === 'scheduled' ? msOf(activity.scheduledTime) : undefined;
        return {
          type: activity.activityType?.name ?? 'unknown',
          attempt: activity.attempt ?? 1,
          state: stateOf(activity.state),
          ...(activity.lastFailure?.message ? { lastFailure: activity.lastFailure.message } : {}),
          ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
        };
      }),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
