/**
 * Repeatedly starts a child process that writes to the queue, and kills the child with SIGKILL at a moment drawn from SEED. After each kill the files
 * must contain everything that the child has reported.
 */
import Database from 'better-sqlite3';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import type { ItemState } from '../../src/domain/item/work-item.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { openLedgers, type Ledgers } from '../../src/storage/ledger/ledgers.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';
import { itemSpec } from '../support/item-spec.ts';
import { repository } from '../support/repository.ts';
import { stateFolder } from './state-folder.ts';
import { seed } from '../model/seed.ts';

const items = 6_000;
const deaths = 8;

beforeAll(() => {
  // The child is plain Node, which cannot load TypeScript. So the child runs the compiled output.
  const built = spawnSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-b', 'src/storage'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`src/storage does not compile: ${built.stdout}`);
}, 60_000);

interface ChildRun {
  readonly reported: readonly string[];
  readonly done: boolean;
}

async function runChild(folder: string, killAfterMs: number | undefined): Promise<ChildRun> {
  const child = spawn(process.execPath, [join(repository, 'test/storage/hammer.mjs'), join(repository, 'dist'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = once(child, 'close');
  if (killAfterMs !== undefined) {
    await Promise.race([once(child.stdout, 'data'), closed]);
    await Promise.race([sleep(killAfterMs), closed]);
    child.kill('SIGKILL');
  }
  await closed;
  const lines = output.split('\n').slice(0, -1);
  return { reported: lines.filter((line) => line.startsWith('closed ')), done: lines.includes('done') };
}

/** Checks that the files are consistent after their writer was killed. The kill may have come at any moment. */
function expectConsistent({ queue, tasks }: Ledgers, reported: ReadonlySet<string>): void {
  const rows = queue.ledger
    .statement<{ id: string; state: string; epoch: number; attempts: number }>('SELECT id, state, epoch, attempts FROM items')
    .all();
  expect(rows).toHaveLength(items);
  const summaries = new Map(
    tasks.ledger
      .statement<{ item: string; epoch: number; state: string }>('SELECT item, epoch, state FROM jobs')
      .all()
      .map(({ item, epoch, state }) => [`${item} ${epoch}`, state]),
  );
  for (const line of reported) {
    const [, item, epoch, state] = line.split(' ');
    if (summaries.get(`${item} ${epoch}`) !== state) expect.fail(`lost: ${line}`);
  }
  for (const { id, state, epoch, attempts } of rows) {
    const isOpen = state === 'claimed' || state === 'running';
    // Each try that has ended in the queue must have a summary. A try that is still open in the queue may already have a summary too.
    for (let ended = 1; ended <= (isOpen ? epoch - 1 : epoch); ended += 1)
      if (!summaries.has(`${id} ${ended}`)) expect.fail(`no summary of ${id}/${ended}`);
    if (attempts !== (isOpen ? epoch - 1 : epoch)) expect.fail(`${id} is ${state} at epoch ${epoch} with ${attempts} attempts`);
    if (state === 'completed' && summaries.get(`${id} ${epoch}`) !== 'completed') expect.fail(`${id} is completed and its summary is not`);
  }
}

/** Checks the stored counts of items. Call this before a writer opens the file, because each writer counts the items again. */
function expectCounts(folder: string): void {
  const model = openReadModel(folder);
  const db = new Database(ledgerPaths(folder).queue, { readonly: true });
  const rows = db.prepare('SELECT state, count(*) AS items FROM items GROUP BY state').all() as {
    readonly state: ItemState;
    readonly items: number;
  }[];
  const { queue } = model.status();
  model.close();
  db.close();
  expect(Object.fromEntries(Object.entries(queue).filter(([, count]) => count > 0))).toEqual(
    Object.fromEntries(rows.map(({ state, items: count }) => [state, count])),
  );
}

it(`keeps every promise through ${deaths} kills`, async () => {
  const folder = stateFolder();
  const fill = openLedgers(folder);
  for (let k = 0; k < items; k += 1000)
    fill.queue.enqueue(
      Array.from({ length: 1000 }, (_, j) => itemSpec(`cf.1.self-play.${k + j}`, { attemptsMax: 2 })),
      1,
    );
  fill.close();

  const reported = new Set<string>();
  let killed = 0;
  for (let death = 0; death < deaths; death += 1) {
    const run = await runChild(folder, 20 + ((seed * 31 + death * 37) % 120));
    run.reported.forEach((line) => reported.add(line));
    if (!run.done) killed += 1;
    expectCounts(folder);
    // A writer that opens the file also runs quick_check.
    const ledgers = openLedgers(folder);
    try {
      expectConsistent(ledgers, reported);
    } finally {
      ledgers.close();
    }
  }
  expect(killed, 'the child was never killed at work').toBeGreaterThanOrEqual(3);

  const last = await runChild(folder, undefined);
  expect(last.done).toBe(true);
  last.reported.forEach((line) => reported.add(line));
  const ledgers = openLedgers(folder);
  try {
    expectConsistent(ledgers, reported);
    expect(ledgers.queue.count('completed')).toBe((items / 5) * 4);
    expect(ledgers.queue.count('dead')).toBe(items / 5);
  } finally {
    ledgers.close();
  }
}, 120_000);
