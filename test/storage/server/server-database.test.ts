/** A look at the database of the Temporal server. Only what the file contains makes it a damaged one, because the advice then costs its histories. */
import Database from 'better-sqlite3';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lookAtServerDatabase, removeUnusedDatabase } from '../../../src/storage/server/server-database.ts';

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'server-database-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'temporal.db');
}

test('no file is absent, an empty one is unused and removed, and one with a namespace is used and stays', () => {
  const file = newFile();
  expect(lookAtServerDatabase(file)).toEqual({ type: 'absent' });
  writeFileSync(file, '');
  expect(lookAtServerDatabase(file)).toEqual({ type: 'unused' });
  expect(removeUnusedDatabase(file)).toBe(true);
  const db = new Database(file);
  db.exec("CREATE TABLE namespaces (name TEXT); INSERT INTO namespaces VALUES ('default')");
  db.close();
  expect(lookAtServerDatabase(file)).toEqual({ type: 'used' });
  expect(removeUnusedDatabase(file)).toBe(false);
});

test('a file that is no database is unreadable, and one that cannot be opened is not called damaged', () => {
  const file = newFile();
  writeFileSync(file, 'x'.repeat(10_000));
  expect(lookAtServerDatabase(file)).toMatchObject({ type: 'unreadable' });
  rmSync(file);
  mkdirSync(file);
  expect(lookAtServerDatabase(file)).toEqual({ type: 'used' });
});
