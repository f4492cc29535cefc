/**
 * The launcher's side of its socket. The process that holds the socket is the launcher of the state folder, so there is only one
 * launcher. A client sends one line of JSON and receives one line:
 *
 *   {"command":"status"} → LauncherStatus   at once
 *   {"command":"stop"}   → StopReport       when everything is stopped; the launcher then exits
 *   {"command":"leave"}  → {"left": true}   the launcher exits and its children live on (for a new configuration)
 *
 * A socket on which no process accepts is stale and is taken over. A small lock file keeps two processes from taking it over at the same moment.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../../../src/domain/failure/error.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../src/process/process-identity.ts';
import { launcherLimits } from '../../limits.ts';
import { keepSocket } from './keep-socket.ts';
import { makeSocketFolder } from './make-socket-folder.ts';
import { lockPath, socketPath } from './socket-path.ts';

export type LauncherCommand = 'status' | 'stop' | 'leave';
export type CommandHandler = (command: LauncherCommand) => Promise<unknown>;

export interface HeldSocket {
  readonly close: () => Promise<void>;
}

/** Takes the socket. Returns undefined when another launcher holds it. */
export async function takeSocket(state: string, handle: CommandHandler): Promise<HeldSocket | undefined> {
  const path = socketPath(state);
  makeSocketFolder(state, dirname(path));
  for (let tries = 0; tries < launcherLimits.takeSocketTriesMax; tries++) {
    const server = await listen(path, handle);
    if (server !== undefined) return { close: keepSocket(state, path, server, () => listen(path, handle)) };
    if (await isAccepted(path)) return undefined;
    await removeStale(path);
  }
  return undefined;
}

const listen = (path: string, handle: CommandHandler): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => serve(socket, handle));
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => resolve(server));
  });

async function removeStale(path: string): Promise<void> {
  const lock = lockPath(path);
  try {
    writeFileSync(lock, JSON.stringify(identify(process.pid)), { flag: 'wx' });
  } catch (error) {
    // A full disk also refuses the lock. That is no other launcher.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isLockDead(lock)) rmSync(lock, { force: true });
    await sleep(launcherLimits.takeSocketPauseMs);
    return;
  }
  try {
    if (!(await isAccepted(path))) rmSync(path, { force: true });
  } finally {
    rmSync(lock, { force: true });
  }
}

function isLockDead(lock: string): boolean {
  try {
    return !isAlive(JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity);
  } catch {
    return false; // Another process removes or writes the lock at this moment.
  }
}

/** Returns true when a process holds the socket. A process that hangs counts too, because the kernel accepts connections for it. */
const isAccepted = (path: string): Promise<boolean> =>
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
    if (end < 0 && text.length > launcherLimits.requestBytesMax) socket.destroy();
    if (end < 0) return;
    const line = text.slice(0, end);
    text = '';
    replyTo(line, handle).then(
      (reply) => socket.writable && socket.end(JSON.stringify(reply) + '\n'),
      (error: unknown) => socket.writable && socket.end(JSON.stringify({ error: errorText(error) }) + '\n'),
    );
  });
}

async function replyTo(line: string, handle: CommandHandler): Promise<unknown> {
  const { command } = JSON.parse(line) as { readonly command?: unknown };
  if (command === 'status' || command === 'stop' || command === 'leave') return handle(command);
  throw new Error(`unknown command ${JSON.stringify(command)}; try status, stop or leave`);
}
