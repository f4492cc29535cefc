/** A socket whose file is removed while its server listens is made again, also when the whole folder is gone. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepSocket } from '../../workers/launcher/socket/keep-socket.ts';
import { until } from '../support/eventually.ts';

const greeting = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('data', (text) => {
      resolve(text.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
  });

test.each(['file', 'folder'])('the %s of a socket comes back', async (what) => {
  const root = mkdtempSync(join(tmpdir(), 'ringmaster-keep-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, 'own', 'x.sock');
  mkdirSync(dirname(path), { mode: 0o700 });
  const listen = (): Promise<Server> =>
    new Promise((resolve) => {
      const server = createServer((socket) => socket.end('hello'));
      server.listen(path, () => resolve(server));
    });
  const close = keepSocket(root, path, await listen(), listen);
  expect(await greeting(path)).toBe('hello');
  rmSync(what === 'file' ? path : dirname(path), { recursive: true });
  await until(
    () => greeting(path),
    (text) => text === 'hello',
    20_000,
  );
  await close();
  expect(existsSync(path)).toBe(false);
});
