import type { Client } from '@temporalio/client';

export interface LiveWorkflow {
  readonly id: string;
  readonly type: string;
  readonly startedAtMs: number;
}

/** Returns the running workflows according to Temporal alone, for use when control's HTTP server is down. The list lags by about a second. */
export async function describeLive(client: Client, workflowsMax = 200): Promise<readonly LiveWorkflow[]> {
  const live: LiveWorkflow[] = [];
  for await (const one of client.workflow.list({ query: 'ExecutionStatus = "Running"', pageSize: workflowsMax })) {
    live.push({ id: one.workflowId, type: one.type, startedAtMs: one.startTime.getTime() });
    if (live.length >= workflowsMax) break;
  }
  return live.sort((a, b) => (a.id < b.id ? -1 : 1));
}
