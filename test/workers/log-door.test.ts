/** The gateway's door for logs, over a real socket: control asks, the gateway reads the node. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { machinesOf } from '../../activities/machines.ts';
import type { LogRequest } from '../../src/contract/log-door.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { type ItemId, jobKey, type NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { nodeFolders } from '../../src/transport/node-folder.ts';
import { askLogDoor, askLogPart } from '../../workers/control/ask-log-door.ts';
import { logReader, openLogDoor } from '../../workers/gateway/log-door.ts';
import { logDoorLimits } from '../../workers/limits.ts';
import { eventually } from '../support/eventually.ts';

const node = 'here' as NodeId;
const job = { item: 'x.1' as ItemId, epoch: 1 };
const request: LogRequest = { node, job, stream: 'stderr' };
let state: string;
let err: string;
let door: Awaited<ReturnType<typeof openLogDoor>>;
beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'ringmaster-door-'));
  const folder = join(state, 'nodes', node);
  const owner = { id: 'c', name: 'c', says: 'c', isUpgraded: false };
  const machine = openMachine({ node, owner, folder, connect: { type: 'local' } });
  await machine.probe(); // Makes the folder.
  const record = join(folder, nodeFolders.records, jobKey(job));
  mkdirSync(record, { recursive: true });
  writeFileSync(join(record, 'pid'), '1 1 boot\n');
  err = join(record, 'err');
  writeFileSync(err, 'Fehler: ä\n');
  writeFileSync(join(state, 'secret'), 'secret');
  door = await openLogDoor(state, machinesOf([machine]));
});
afterAll(async () => {
  await door.close();
  rmSync(state, { recursive: true, force: true });
});

it('returns the end of a log, and only the user of the cluster reaches the door', async () => {
  expect(await askLogDoor(state, request)).toBe('Fehler: ä\n');
  expect(statSync(join(statePaths(state).run)).mode & 0o077).toBe(0);
});

it('returns what is behind a position, up to the last whole character', async () => {
  const part = (after: number) => askLogPart(state, { ...request, after });
  const end = Buffer.byteLength('Fehler: ä\n');
  expect(await part(0)).toEqual({ text: 'Fehler: ä\n', end, missed: 0 });
  expect(await part(8)).toEqual({ text: 'ä\n', end, missed: 0 });
  expect(await part(end)).toEqual({ text: '', end, missed: 0 });
  expect(await part(10_000), 'a position that the log does not have').toMatchObject({ text: 'Fehler: ä\n', end, missed: 0 });
  appendFileSync(err, Buffer.from('ö').subarray(0, 1));
  expect(await part(end)).toEqual({ text: '', end, missed: 0 });
  appendFileSync(err, Buffer.concat([Buffer.from('ö').subarray(1), Buffer.from('€𝄞')]));
  expect(await part(end)).toEqual({ text: 'ö€𝄞', end: end + 9, missed: 0 });
  appendFileSync(err, 'x'.repeat(logDoorLimits.bytesMax + 5));
  expect(await part(end + 9)).toEqual({ text: 'x'.repeat(logDoorLimits.bytesMax), end: end + 14 + logDoorLimits.bytesMax, missed: 5 });
  writeFileSync(err, 'Fehler: ä\n');
});

it('refuses what is no name, so that no other file is read', async () => {
  for (const item of ['../../..', '/etc', 'a\0b']) {
    await expect(askLogDoor(state, { ...request, job: { item: item as ItemId, epoch: 1 } })).rejects.toMatchObject({ code: 'input.refused' });
  }
  await expect(askLogDoor(state, { ...request, stream: '../err' as 'stderr' })).rejects.toMatchObject({ code: 'input.refused' });
  await expect(askLogDoor(state, { ...request, node: 'other' as NodeId })).rejects.toMatchObject({ code: 'node.unknown' });
});

it('cuts off a caller that sends no line, and goes on', async () => {
  const socket = createConnection(statePaths(state).logDoor);
  let isClosed = false;
  socket.on('error', () => undefined).on('close', () => (isClosed = true));
  socket.write('x'.repeat(10_000));
  await eventually('the caller is cut off', () => isClosed);
  expect(await askLogDoor(state, request)).toBe('Fehler: ä\n');
});

it('reads one log of a job at a time', async () => {
  let release: (bytes: Buffer) => void;
  const slow = { node, readLog: () => new Promise<Buffer>((resolve) => (release = resolve)) };
  const read = logReader(machinesOf([slow as never]));
  const first = read(request);
  await expect(read({ ...request, stream: 'stdout' })).rejects.toMatchObject({ code: 'transport.busy' });
  release!(Buffer.from('one'));
  expect((await first).bytes.toString()).toBe('one');
  const again = read(request);
  release!(Buffer.from('two'));
  expect((await again).bytes.toString()).toBe('two');
});

it('without a gateway the caller gets a failure with a name', async () => {
  const elsewhere = join(state, 'elsewhere');
  expect(existsSync(elsewhere)).toBe(false);
  await expect(askLogDoor(elsewhere, request)).rejects.toMatchObject({ code: 'server.unavailable' });
});
