/** Kills a process that delivers events, again and again. No event is lost, and each takes effect once. */
import Database from 'better-sqlite3';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { repository } from '../../support/repository.ts';
import { ledgerHarness } from '../state-folder.ts';
import { delivering } from './delivering.ts';
import { readerOf } from './pumped.ts';

const [events, deaths] = [120, 6];

beforeAll(() => {
  // The child is plain Node, which cannot load TypeScript. So the child runs the compiled output.
  const built = spawnSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-b', 'activities'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`activities does not compile: ${built.stdout}`);
}, 60_000);

/** Runs the child, and kills it after so many effects. Returns whether it came to its end. */
async function runChild(folder: string, effectsMax: number): Promise<boolean> {
  const child = spawn(process.execPath, [join(repository, 'test/storage/event/deliver-child.mjs'), join(repository, 'dist'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > effectsMax) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return output.endsWith('end\n');
}

test('a worker that dies while it delivers loses no event, and no event takes effect twice', async () => {
  const on = ledgerHarness();
  const to = delivering(on, async () => undefined, { subscriber: 'child' });
  for (let k = 0; k < events; k += 1) to.note(`node-${k}`);
  to.door.close();
  for (let death = 1; death <= deaths; death += 1) expect(await runChild(on.folder, 5 + 3 * death)).toBe(false);
  expect(await runChild(on.folder, Number.MAX_SAFE_INTEGER)).toBe(true);
  const db = new Database(join(on.folder, 'effects.db'), { readonly: true });
  const effects = db.prepare('SELECT event, calls FROM effects').all() as { readonly event: string; readonly calls: number }[];
  db.close();
  const published = readerOf(on).events({ limit: 1_000 }).events;
  expect(effects.map(({ event }) => event).toSorted()).toEqual(published.map(({ id }) => id).toSorted());
  expect(
    effects.some(({ calls }) => calls > 1),
    'some event was delivered again after a death',
  ).toBe(true);
  expect(to.view()).toMatchObject({ lag: 0, retried: 0, dead: 0, delivered: events });
}, 60_000);
