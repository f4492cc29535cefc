import { createConnection } from 'node:net';
import type { LogReply, LogRequest } from '../../src/contract/log-door.ts';
import { given } from '../../src/base/given.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { jobKey } from '../../src/domain/ids.ts';
import type { LogText } from '../../src/domain/job/log-part.ts';
import { logDoorPath } from '../launcher/socket/socket-path.ts';
import { logDoorLimits } from '../limits.ts';

/** Returns the last part of a log, from the gateway. Throws the gateway's failure, or `server.unavailable` when the gateway does not reply. */
export const askLogDoor = async (state: string, request: LogRequest): Promise<string> => (await bytesOf(state, request)).bytes.toString('utf8');

/** Returns what is behind a position of a log. The part ends with a whole character, so the next part begins with one. */
export async function askLogPart(state: string, request: Required<LogRequest>): Promise<LogText> {
  const { bytes, end = 0 } = await bytesOf(state, request);
  const whole = wholeCharacters(bytes);
  const begin = end - bytes.length;
  return {
    text: bytes.subarray(0, whole).toString('utf8'),
    end: begin + whole,
    missed: Math.max(0, begin - (request.after > end ? 0 : request.after)),
  };
}

async function bytesOf(state: string, request: LogRequest): Promise<{ readonly bytes: Buffer; readonly end?: number }> {
  const reply = await ask(logDoorPath(state), request);
  if (reply === undefined) throw unavailable(request);
  if ('failure' in reply) throw new RingmasterError(reply.failure.code, reply.failure);
  return { bytes: Buffer.from(reply.base64, 'base64'), ...given({ end: reply.end }) };
}

/** Returns the number of bytes without those of a character of UTF-8 that is cut at the end. */
function wholeCharacters(bytes: Buffer): number {
  const isFollower = (byte: number): boolean => (byte & 0xc0) === 0x80;
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && lead > 0 && isFollower(bytes[lead] ?? 0)) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead >= 0 && lead + length > bytes.length ? lead : bytes.length;
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
