import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { practiceFolder } from '../../src/practice/practice-node.ts';
import { removeForeignHome } from '../../src/practice/remove-foreign-home.ts';
import { environmentOf } from '../../src/process/proc.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';

const root = mkdtempSync(join(tmpdir(), 'homes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const request = (id: string) => ({ id, root, address: '127.0.0.1', port: 1, userName: 'rm-nobody' });
const folderOwnedBy = (id: string, owner: string): string => {
  const folder = practiceFolder(request(id));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'owner'), `${owner}\nlab\n`);
  return folder;
};

test('the home of an earlier cluster goes with its processes, and the home of this cluster stays', async () => {
  const [old, young] = [`old-${process.pid}`, `young-${process.pid}`];
  const left = spawn('sleep', ['60'], { stdio: 'ignore', env: { ...process.env, RINGMASTER_MARK: `${old}/item/1` } });
  await eventually('the process has its mark', () => environmentOf(left.pid ?? 0).has('RINGMASTER_MARK'));
  const ended = once(left, 'exit');
  const [foreign, own] = [folderOwnedBy('a', old), folderOwnedBy('b', young)];
  for (const id of ['a', 'b', 'never-made']) await removeForeignHome(request(id), ownerNamed(young));
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect([foreign, own].map((folder) => existsSync(folder))).toEqual([false, true]);
});
