/**
 * `<state>/run/launcher.sock`: one launcher a state folder (who holds the socket is the launcher), and the door to it: one JSON object a line.
 *   {"command":"status"} → {"pid", "phase", "processes", …}     at once
 *   {"command":"stop"}   → StopReport                           when everything is stopped; the launcher then exits
 *   {"command":"leave"}  → {"left": true}                       the launcher exits, its children live on (for a new configuration)
 * A socket that nobody answers on is stale and is taken over; a small lock file keeps two from taking it over at the same moment.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/process-identity.ts';

export type LauncherCommand = 'status' | 'stop' | 'leave';
export type CommandHandler = (command: LauncherCommand) => Promise<unknown>;

/** sun_path holds 108 bytes with its end. */
const pathBytesMax = 100;
const requestBytesMax = 1_024;

export function socketPath(state: string): string {
  const near = statePaths(state).launcherSocket;
  if (Buffer.byteLength(near) <= pathBytesMax) return near;
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 16);
  return join(tmpdir(), `ringmaster-${process.getuid?.() ?? 0}-${hash}`, 'launcher.sock');
}

/** Removes what the socket needed outside the state folder. */
export function removeSocket(state: string): void {
  const path = socketPath(state);
  rmSync(path, { force: true });
  rmSync(lockPath(path), { force: true });
  if (!path.startsWith(state)) rmSync(dirname(path), { recursive: true, force: true });
}

const lockPath = (path: string): string => `${path}.lock`;

export interface HeldSocket {
  readonly close: () => Promise<void>;
}

/** undefined: another launcher holds it. */
export async function takeSocket(state: string, handle: CommandHandler): Promise<HeldSocket | undefined> {
  const path = socketPath(state);
  makeFolder(dirname(path));
  for (let tries = 0; tries < 100; tries++) {
    const server = await listen(path, handle);
    if (server !== undefined) return { close: () => closeServer(server) };
    if (await answers(path)) return undefined;
    await removeStale(path);
  }
  return undefined;
}

/** In a folder that others can write to, only our own 0700 folder will do. */
function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid)) return;
  throw new RingmasterError('config.invalid', {
    cannot: `put the launcher's socket into ${folder}`,
    because: 'that folder belongs to somebody else',
    hint: { say: 'a shorter state path, or removing the folder' },
    fields: { folder },
  });
}

const listen = (path: string, handle: CommandHandler): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => serve(socket, handle));
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => resolve(server));
  });

/** Does not wait for clients that keep their side open. */
const closeServer = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    setTimeout(done, 200).unref();
  });

async function removeStale(path: string): Promise<void> {
  const lock = lockPath(path);
  try {
    writeFileSync(lock, JSON.stringify(identify(process.pid)), { flag: 'wx' });
  } catch {
    if (lockIsDead(lock)) rmSync(lock, { force: true });
    await sleep(20);
    return;
  }
  try {
    if (!(await answers(path))) rmSync(path, { force: true });
  } finally {
    rmSync(lock, { force: true });
  }
}

function lockIsDead(lock: string): boolean {
  try {
    return !isAlive(JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity);
  } catch {
    return false; // just removed, or just being written
  }
}

/** Somebody accepts connections: the kernel does so even for a launcher that hangs. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

function serve(socket: Socket, handle: CommandHandler): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0 && text.length > requestBytesMax) socket.destroy();
    if (end < 0) return;
    const line = text.slice(0, end);
    text = '';
    answer(line, handle).then(
      (reply) => socket.writable && socket.end(JSON.stringify(reply) + '\n'),
      (error: unknown) => socket.writable && socket.end(JSON.stringify({ error: errorText(error) }) + '\n'),
    );
  });
}

async function answer(line: string, handle: CommandHandler): Promise<unknown> {
  const { command } = JSON.parse(line) as { readonly command?: unknown };
  if (command === 'status' || command === 'stop' || command === 'leave') return handle(command);
  throw new Error(`unknown command ${JSON.stringify(command)}; try status, stop or leave`);
}

export type Asked<Reply> = { readonly type: 'answer'; readonly reply: Reply } | { readonly type: 'nobody' } | { readonly type: 'silent' };

/** `nobody`: no launcher. `silent`: one accepts and does not answer in time. */
export function askLauncher<Reply>(state: string, command: LauncherCommand, limitMs: number): Promise<Asked<Reply>> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath(state));
    let text = '';
    let connected = false;
    const settle = (asked: Asked<Reply>): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(asked);
    };
    const timer = setTimeout(() => settle({ type: 'silent' }), limitMs);
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      connected = true;
      socket.write(JSON.stringify({ command }) + '\n');
    });
    socket.on('data', (chunk: string) => (text += chunk));
    // It may die while it answers: then there is nobody.
    socket.once('error', () => settle({ type: 'nobody' }));
    socket.once('close', () => {
      if (!connected || !text.endsWith('\n')) return settle({ type: 'nobody' });
      const reply = JSON.parse(text) as Reply & { readonly error?: string };
      return settle({ type: 'answer', reply });
    });
  });
}
