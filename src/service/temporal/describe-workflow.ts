import { WorkflowNotFoundError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { WorkflowState } from '../../contract/state-query.ts';
import { readState } from './read-state.ts';

/** Temporal's facts about one workflow: which activity it waits for, and why that activity is late. */
export interface WorkflowFacts {
  readonly workflowId: string;
  readonly status: string;
  readonly startedAtMs: number;
  readonly closedAtMs?: number;
  readonly pending: readonly PendingActivity[];
  /** The workflow's reply to the query `state`. Undefined when the workflow has ended, or when `readState` got no reply. */
  readonly reported?: WorkflowState;
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

export async function describeWorkflow(client: Client, workflowId: string): Promise<WorkflowFacts | undefined> {
  try {
    const seen = await client.workflow.getHandle(workflowId).describe();
    const reported = seen.status.name === 'RUNNING' ? await readState(client, workflowId) : undefined;
    return {
      workflowId,
      status: seen.status.name,
      startedAtMs: seen.startTime.getTime(),
      ...(reported === undefined ? {} : { reported }),
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
