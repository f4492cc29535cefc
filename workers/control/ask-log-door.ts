import { createConnection } from 'node:net';
import type { LogReply, LogRequest } from '../../src/contract/log-door.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { jobKey } from '../../src/domain/ids.ts';
import { logDoorPath } from '../launcher/socket/socket-path.ts';
import { logDoorLimits } from '../limits.ts';

/** Returns the last part of a log, from the gateway. Throws the gateway's failure, or `server.unavailable` when the gateway does not reply. */
export async function askLogDoor(state: string, request: LogRequest): Promise<string> {
  const reply = await ask(logDoorPath(state), request);
  if (reply === undefined) throw unavailable(request);
  if ('failure' in reply) throw new RingmasterError(reply.failure.code, reply.failure);
  return Buffer.from(reply.base64, 'base64').toString('utf8');
}

/** Returns undefined when no gateway listens, when it died while it replied, or when the time is over. */
const ask = (path: string, request: LogRequest): Promise<LogReply | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    let text = '';
    const settle = (reply: LogReply | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(() => settle(undefined), logDoorLimits.readMsMax);
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: string) => (text += chunk));
    socket.once('error', () => settle(undefined));
    socket.once('close', () => settle(text.endsWith('\n') ? (JSON.parse(text) as LogReply) : undefined));
  });

const unavailable = ({ job, stream, node }: LogRequest): RingmasterError =>
  new RingmasterError('server.unavailable', {
    cannot: `read ${stream} of ${jobKey(job)}`,
    because: `the gateway did not reply within ${logDoorLimits.readMsMax / 1_000} s`,
    hint: { say: 'looking whether the gateway runs', run: 'ringmaster status' },
    fields: { node, item: job.item, epoch: job.epoch },
  });
