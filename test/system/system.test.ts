import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPrograms, pathFolders } from '../../src/system/find-program.ts';
import { acceptsConnections, isPortFree } from '../../src/system/port.ts';
import { replaceFile } from '../../src/system/replace-file.ts';
import { until } from '../../src/system/until.ts';
import { freePort } from '../support/free-ports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-system-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([false, true])('a replaced file is whole, private and alone in its folder (sync: %s)', (sync) => {
  const file = join(folder, 'record.json');
  replaceFile(file, 'a long old text', { sync });
  replaceFile(file, 'new', { sync });
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['record.json']);
});

test('a program is found in the order of PATH; a folder or a file that is not executable is skipped', () => {
  const folders = ['folder', 'text', 'first', 'second'].map((name) => join(folder, name));
  for (const path of folders) mkdirSync(path);
  const [asFolder = '', asText = '', first = '', second = ''] = folders.map((path) => join(path, 'tool'));
  mkdirSync(asFolder);
  writeFileSync(asText, '', { mode: 0o644 });
  for (const file of [first, second]) writeFileSync(file, '', { mode: 0o755 });
  expect(findPrograms('tool', pathFolders(`${folders.join(':')}:`))).toEqual([first, second]);
  expect(findPrograms('tool', pathFolders(''))).toEqual([]);
});

test('a port is free until a socket listens on it', async () => {
  const port = await freePort();
  expect([await isPortFree(port), await acceptsConnections(port)]).toEqual([true, false]);
  const holder = createServer().listen(port, '127.0.0.1');
  await new Promise((listening) => holder.once('listening', listening));
  expect([await isPortFree(port), await acceptsConnections(port)]).toEqual([false, true]);
  await new Promise((closed) => holder.close(closed));
});

test('a port on an address of another machine is an error, not a taken port', async () => {
  await expect(isPortFree(await freePort(), '192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});

test('until checks at least once, and stops as soon as the condition is true', async () => {
  let asked = 0;
  expect(await until(0, () => (asked += 1) > 1)).toBe(false);
  expect(asked).toBe(1);
  expect(await until(10_000, () => (asked += 1) > 3, 1)).toBe(true);
});
