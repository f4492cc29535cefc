import { type Client, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { Workflows } from '../../activities/ledger/dependencies.ts';
import type { SearchAttributeName } from '../../src/contract/search-attributes.ts';
import { startOptions } from '../../src/contract/start-options.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import { tooLargeWords } from '../../src/domain/failure/program-words.ts';
import { jobWorkflowId, jobKey } from '../../src/domain/ids.ts';
import { logOf } from '../../src/telemetry/log.ts';

/**
 * Returns the operations on Temporal's workflows that the ledger's activities use. When the server does not reply, the call fails with
 * `server.unavailable` and the activity is tried again. When the server refuses the request, it would refuse the same request every time, so the call
 * fails with `internal.defect`.
 */
export function workflowsOf(client: Client): Workflows {
  const statusOf = (workflowId: string): Promise<string | undefined> =>
    known(`look at workflow ${workflowId}`, async () => (await client.workflow.getHandle(workflowId).describe()).status.name);
  return {
    isClosed: async (workflowId) => {
      const status = await statusOf(workflowId);
      return status !== undefined && status !== 'RUNNING';
    },
    isRunning: async (workflowId) => (await statusOf(workflowId)) === 'RUNNING',
    startJob: async (assignment) => {
      const { job, node, spec } = assignment;
      await asLedgerFailure(`start the workflow of ${jobKey(job)}`, () =>
        client.workflow.start('job', {
          ...startOptions({
            workflowId: jobWorkflowId(job),
            summary: `${spec.kind} ${job.item}, try ${job.epoch}, on ${node}`,
            input: assignment,
          }),
          workflowIdConflictPolicy: 'USE_EXISTING',
          typedSearchAttributes: searchable({ NodeId: node, JobKind: spec.kind, LifecycleState: 'running', Pipeline: spec.pipeline }),
        }),
      );
    },
    startSync: async (request) => {
      const { dataset, source, target } = request;
      const workflowId = workflowIds.sync(dataset, source, target);
      await asLedgerFailure(`start ${workflowId}`, () =>
        client.workflow.start('sync', {
          ...startOptions({ workflowId, summary: `${dataset}: ${source} → ${target}`, input: request }),
          workflowIdConflictPolicy: 'USE_EXISTING',
          typedSearchAttributes: searchable({ Dataset: dataset, NodeId: source === 'home' ? target : source, LifecycleState: 'running' }),
        }),
      );
    },
    signal: async (workflowId, name, payload) => {
      try {
        await known(`signal workflow ${workflowId}`, () => client.workflow.getHandle(workflowId).signal(name, payload));
      } catch (error) {
        // A signal can be refused, for example when the workflow has had as many signals as Temporal allows. A refused signal is only logged, because
        // the workflow also reads the ledger now and then.
        if (!(error instanceof RingmasterError) || error.code === 'server.unavailable') throw error;
        logOf('ledger').warn(errorText(error));
      }
    },
  };
}

const searchable = (attributes: Partial<Record<SearchAttributeName, string | undefined>>): SearchAttributePair[] =>
  Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [{ key: defineSearchAttributeKey(name, 'KEYWORD'), value }]));

/** Returns the reply of the server, or undefined when there is no such workflow. */
const known = <Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer | undefined> =>
  asLedgerFailure(what, async () => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
      throw error;
    }
  });

/** gRPC's INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, UNAUTHENTICATED. */
const refusals = new Set([3, 5, 7, 9, 11, 12, 16]);

async function asLedgerFailure<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RingmasterError) throw error;
    const cause = error instanceof ServiceError ? error.cause : error;
    if (isGrpcServiceError(cause) && tooLargeWords.test(cause.details)) {
      throw new RingmasterError('limits.payload-too-large', {
        cannot: what,
        because: `the Temporal server refused its size (${cause.details})`,
        hint: { say: 'smaller parts', run: 'ringmaster explain limits.payload-too-large' },
        cause: error,
      });
    }
    const isRefused = isGrpcServiceError(cause) ? refusals.has(cause.code) : !(error instanceof ServiceError);
    throw new RingmasterError(isRefused ? 'internal.defect' : 'server.unavailable', {
      cannot: what,
      because: `the Temporal server ${isRefused ? 'refused it' : 'did not do it'} (${error instanceof Error ? error.message : String(error)})`,
      hint: { run: 'ringmaster doctor' },
      cause: error,
    });
  }
}
