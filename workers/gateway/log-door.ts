/** The gateway's end of the door for logs (`src/contract/log-door.ts`). */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Machines } from '../../activities/machines.ts';
import { logRequestFaults, type LogReply, type LogRequest } from '../../src/contract/log-door.ts';
import { given } from '../../src/base/given.ts';
import { refusedInput } from '../../src/contract/input/refused-input.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import { jobKey } from '../../src/domain/ids.ts';
import type { LogBytes } from '../../src/transport/machine.ts';
import { logDoorPath } from '../launcher/socket/socket-path.ts';
import { keepSocket } from '../launcher/socket/keep-socket.ts';
import { makeSocketFolder } from '../launcher/socket/make-socket-folder.ts';
import { logDoorLimits } from '../limits.ts';

/** Opens the door. A door that an earlier gateway left behind is replaced, because the launcher runs one gateway at a time. */
export async function openLogDoor(state: string, machines: Machines): Promise<{ readonly close: () => Promise<void> }> {
  const path = logDoorPath(state);
  makeSocketFolder(state, dirname(path));
  rmSync(path, { force: true });
  const read = logReader(machines);
  const listen = (): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => serve(socket, read));
      server.once('error', reject);
      server.listen(path, () => resolve(server));
    });
  return { close: keepSocket(state, path, await listen(), listen) };
}

/** Returns a reader of logs that reads one log of a job at a time, and a few logs of all jobs. */
export function logReader(machines: Machines): (value: unknown) => Promise<Partial<LogBytes> & Pick<LogBytes, 'bytes'>> {
  const reading = new Set<string>();
  return async (value) => {
    const faults = logRequestFaults(value);
    if (faults.length > 0) throw new RingmasterError('input.refused', refusedInput('readLog', faults));
    const { node, job, stream, after } = value as LogRequest;
    const key = jobKey(job);
    if (reading.has(key) || reading.size >= logDoorLimits.readsMax) {
      throw new RingmasterError('transport.busy', {
        cannot: `read ${stream} of ${key}`,
        because: reading.has(key) ? 'a log of this job is being read already' : `${reading.size} logs are being read already`,
        hint: { say: 'again in a moment' },
        fields: { node, item: job.item, epoch: job.epoch },
      });
    }
    reading.add(key);
    try {
      const machine = machines.get(node);
      if (after === undefined) return { bytes: await machine.readLog(job, stream, logDoorLimits.bytesMax) };
      return await machine.readLogAfter(job, stream, after, logDoorLimits.bytesMax);
    } finally {
      reading.delete(key);
    }
  };
}

function serve(socket: Socket, read: ReturnType<typeof logReader>): void {
  let text = '';
  const reply = (answer: LogReply): unknown => socket.writable && socket.end(`${JSON.stringify(answer)}\n`);
  socket.setEncoding('utf8');
  socket.setTimeout(logDoorLimits.readMsMax, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0 && text.length > logDoorLimits.requestBytesMax) socket.destroy();
    if (end < 0) return;
    const line = text.slice(0, end);
    text = '';
    void (async () => read(JSON.parse(line)))().then(
      (part) => reply({ base64: part.bytes.toString('base64'), ...given({ end: part.end }) }),
      (error: unknown) => reply({ failure: toFailureRecord(error) }),
    );
  });
}
