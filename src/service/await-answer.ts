import { WorkflowFailedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isFailureCode, RingmasterError, type FailureRecord } from '../domain/failure.ts';

const answerMsMax = 20_000;

/**
 * Starts a short workflow and waits for its answer, not for ever: the workflow goes on without us. A failure that crossed as
 * ApplicationFailure (type = code, details[0] = record) becomes the error it was.
 */
export async function awaitAnswer<Answer>(client: Client, type: string, options: WorkflowStartOptions): Promise<Answer> {
  const handle = await client.workflow.start(type, options);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new RingmasterError('transport.timeout', {
          cannot: `say how ${options.workflowId} ended`,
          because: `it has no answer after ${answerMsMax / 1000} s; it goes on`,
          hint: 'ringmaster status: control and ledger must be running',
          fields: { workflowId: options.workflowId },
        }),
      );
    }, answerMsMax);
  });
  try {
    return (await Promise.race([handle.result(), late])) as Answer;
  } catch (error) {
    throw error instanceof WorkflowFailedError ? asRingmasterError(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The failure record inside a failed workflow, as an error again; the error itself when there is none. */
function asRingmasterError(error: WorkflowFailedError): unknown {
  for (let cause: unknown = error.cause, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    if (!(cause instanceof ApplicationFailure) || typeof cause.type !== 'string' || !isFailureCode(cause.type)) continue;
    const record = cause.details?.[0] as FailureRecord | undefined;
    return new RecordedError(cause.type, record?.message ?? cause.message, record);
  }
  return error;
}

/** A failure from elsewhere keeps its own sentence. */
class RecordedError extends RingmasterError {
  constructor(code: RingmasterError['code'], message: string, record: FailureRecord | undefined) {
    super(code, { cannot: '', because: '', hint: '', fields: record?.fields ?? {} });
    this.message = message;
  }
}
