import { upCommand } from '../../domain/cluster/own-command.ts';
import { get, type IncomingMessage } from 'node:http';
import { routeUrl, type RouteQuestion } from '../../contract/route-url.ts';
import { routeOf, type ResponseOf, type RouteId } from '../../contract/routes.ts';
import type { Views } from '../../contract/views.ts';
import type { Found } from './context.ts';
import { refuseCopy } from './refuse-copy.ts';
import { exitNameFor } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { controlResponseBytesMax, controlResponseMsMax } from '../limits.ts';

/** The failure when control does not listen. A caller may then get what it needs in another way. */
export class ControlDown extends VerbFailure {}

/** Returns the response of a route of control's HTTP server. This uses node:http, because fetch takes twice as long to start. */
export async function ask<Id extends RouteId>(found: Found, route: Id, question?: RouteQuestion<Id>): Promise<ResponseOf<Id>> {
  refuseCopy(found);
  const { running } = found;
  const path = routeUrl(route, question);
  const { port } = running.config.http;
  const host = ['0.0.0.0', '::'].includes(running.config.http.host) ? '127.0.0.1' : running.config.http.host;
  const at = `http://${host}:${port}${path}`;
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = get({ host, port, path, agent: false, timeout: controlResponseMsMax }, (response) => void read(response).then(resolve, reject));
    request.on('timeout', () =>
      request.destroy(
        new VerbFailure('degraded', {
          cannot: `read ${at}`,
          because: `control did not answer within ${controlResponseMsMax / 1000} s`,
          hint: { run: 'ringmaster doctor' },
        }),
      ),
    );
    request.on('error', (error) => reject(error instanceof VerbFailure ? error : down(at, error, running.source)));
  });
  if (status === 200) return ('text' in routeOf(route).response ? text : JSON.parse(text)) as ResponseOf<Id>;
  throw refusal(at, status, text);
}

async function read(response: IncomingMessage): Promise<{ status: number; text: string }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > controlResponseBytesMax)
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
    hint: { say: `ringmaster status, or ${upCommand(source)}` },
  });

function refusal(at: string, status: number, text: string): VerbFailure {
  try {
    const { code, message, hint } = JSON.parse(text) as Views['Failure'];
    if (typeof code === 'string' && typeof message === 'string')
      return new VerbFailure(status === 503 ? 'degraded' : exitNameFor(code), { message, hint });
  } catch {
    // The body is not one of Ringmaster's failures, so another program has taken the port and sent the response.
  }
  return new VerbFailure('failure', {
    cannot: `read ${at}`,
    because: `the answer was HTTP ${status}, not in our form: is another program on that port?`,
    hint: { run: 'ringmaster doctor' },
  });
}
