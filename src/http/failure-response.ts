import { RingmasterError } from '../domain/failure/error.ts';
import { sentenceOf } from '../domain/failure/sentence.ts';
import type { FailureCode } from '../domain/failure/table.ts';
import type { Views } from '../contract/views.ts';
import { readFailure } from '../service/temporal/read-failure.ts';
import { hintTo } from './not-found.ts';

interface FailureResponse {
  readonly status: number;
  readonly body: Views['Failure'];
}

/**
 * The HTTP status of each failure code. A failure with any other code gets 503, because such a failure comes from the read model and may be
 * temporary.
 */
const statuses: Partial<Record<FailureCode, number>> = {
  'http.not-found': 404,
  'http.bad-request': 400,
  'http.forbidden-host': 403,
  'http.cross-site': 403,
  'http.method': 405,
  'internal.defect': 500,
};

/** Returns the response for any thrown value. A request that fastify itself refuses keeps the 4xx status that fastify gave it. */
export function responseFor(error: unknown): FailureResponse {
  const refused = (error as { readonly statusCode?: unknown }).statusCode;
  if (typeof refused === 'number' && refused >= 400 && refused < 500) {
    const because = (error as Error).message;
    return responseOf(new RingmasterError('http.bad-request', { cannot: 'answer', because, hint: hintTo('page') }), refused);
  }
  return responseOf(error);
}

function responseOf(error: unknown, refused?: number): FailureResponse {
  const failure = readFailure(error);
  const { code, message, hint } = failure;
  const sentence = sentenceOf(failure, 'http');
  return { status: refused ?? statuses[code] ?? 503, body: { code, message, ...(hint === undefined ? {} : { hint }), sentence } };
}
