import { problemOf, type ShownProblem } from '../service/problem-of.ts';

/** An answer that is not the thing asked for. Its message is a whole sentence, as everywhere. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly hint: string;

  constructor(status: number, code: string, parts: { readonly cannot: string; readonly because: string; readonly hint: string }) {
    super(`Cannot ${parts.cannot} because ${parts.because}; try ${parts.hint}`);
    this.status = status;
    this.code = code;
    this.hint = parts.hint;
  }
}

export const notFound = (what: string, id: string, list: string): HttpProblem =>
  new HttpProblem(404, 'http.not-found', { cannot: `show ${what} ${id}`, because: `there is no ${what} with this id`, hint: `GET ${list}` });

/** Ours keep their status; a failure of the read model is 503, because it may pass; what fastify refuses keeps its 4xx. */
export function answerFor(error: unknown): { readonly status: number; readonly body: ShownProblem } {
  if (error instanceof HttpProblem) return { status: error.status, body: { code: error.code, message: error.message, hint: error.hint } };
  const refused = (error as { readonly statusCode?: unknown }).statusCode;
  if (typeof refused === 'number' && refused >= 400 && refused < 500) {
    return {
      status: refused,
      body: { code: 'http.bad-request', message: `Cannot answer because ${(error as Error).message}; try GET /`, hint: 'GET /' },
    };
  }
  const body = problemOf(error);
  return { status: body.code === 'internal.defect' ? 500 : 503, body };
}
