import { get, type IncomingMessage } from 'node:http';
import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { Found } from './context.ts';
import { exitNameFor } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** `/status`: with the age control saw when it answered. */
export type StatusAnswer = ClusterStatus & { readonly ageMs: number };

const answerMsMax = 10_000;
const answerBytesMax = 64 * 1024 * 1024;

/** Nobody listens where control should: the caller may know another way. */
export class ControlDown extends VerbFailure {}

/** Asks control's HTTP server. node:http and not fetch: half the start-up time. */
export async function ask<Answer>(found: Found, path: string): Promise<Answer> {
  return JSON.parse(await askText(found, path)) as Answer;
}

export async function askText({ running }: Found, path: string): Promise<string> {
  const { port } = running.config.http;
  const host = ['0.0.0.0', '::'].includes(running.config.http.host) ? '127.0.0.1' : running.config.http.host;
  const at = `http://${host}:${port}${path}`;
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = get({ host, port, path, agent: false, timeout: answerMsMax }, (response) => void read(response).then(resolve, reject));
    request.on('timeout', () =>
      request.destroy(
        new VerbFailure('degraded', {
          cannot: `read ${at}`,
          because: `control did not answer within ${answerMsMax / 1000} s`,
          hint: { run: 'bin/ringmaster doctor' },
        }),
      ),
    );
    request.on('error', (error) => reject(error instanceof VerbFailure ? error : down(at, error, running.source)));
  });
  if (status === 200) return text;
  throw refusal(at, status, text);
}

/** A path from parts that may hold anything; `/` inside a part stays one. */
export const pathOf = (...parts: readonly string[]): string => parts.map((part) => `/${part.split('/').map(encodeURIComponent).join('/')}`).join('');

export const queryOf = (fields: Readonly<Record<string, string | number | boolean | undefined>>): string => {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined && value !== false);
  return set.length === 0 ? '' : `?${set.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
};

async function read(response: IncomingMessage): Promise<{ status: number; text: string }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > answerBytesMax)
      throw new VerbFailure('failure', {
        cannot: 'read the answer of control',
        because: 'it is larger than 64 MiB',
        hint: { say: 'a smaller --limit' },
      });
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') };
}

const down = (at: string, error: NodeJS.ErrnoException, source: string): ControlDown =>
  new ControlDown('notRunning', {
    cannot: `read ${at}`,
    because:
      error.code === 'ECONNREFUSED' ? 'nothing listens there: control is not running' : `the connection failed (${error.code ?? error.message})`,
    hint: { say: `bin/ringmaster status, or bin/ringmaster up --file ${source}` },
  });

function refusal(at: string, status: number, text: string): VerbFailure {
  try {
    const { code, message, hint } = JSON.parse(text) as Pick<FailureRecord, 'code' | 'message' | 'hint'>;
    if (typeof code === 'string' && typeof message === 'string')
      return new VerbFailure(status === 503 ? 'degraded' : exitNameFor(code), { message, hint });
  } catch {
    // Not ours: said below.
  }
  return new VerbFailure('failure', {
    cannot: `read ${at}`,
    because: `the answer was HTTP ${status}, not in our form: is another program on that port?`,
    hint: { run: 'bin/ringmaster doctor' },
  });
}
