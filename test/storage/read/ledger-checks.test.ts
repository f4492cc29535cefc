import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { QuickCheck } from '../../../src/storage/ledger/check-later.ts';
import { ledgerChecks } from '../../../src/storage/read/ledger-checks.ts';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { openLedgers } from '../../../src/storage/ledger/ledgers.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { stateFolder } from '../state-folder.ts';

const specs = Array.from({ length: 200 }, (_, k) => itemSpec(`cf.1.self-play.${k}`, { request: { text: 'x'.repeat(2000) } }));

it('shows one line for each ledger: sound, damaged, or not made yet', async () => {
  const folder = stateFolder();
  const ledgers = openLedgers(folder);
  ledgers.queue.enqueue(specs, 1);
  ledgers.close();
  const { queue, games } = ledgerPaths(folder);
  const handle = openSync(queue, 'r+');
  for (let page = 3; page < 30; page += 1) writeSync(handle, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096);
  closeSync(handle);
  rmSync(games);
  const answer = await ledgerChecks(folder, { waitMs: 20_000 })();
  expect(answer.map(({ file, ok }) => [file, ok])).toEqual([
    ['work_queue.db', false],
    ['tasks.db', true],
    ['resource_state.db', true],
    ['alerts.db', true],
    ['sync_history.db', true],
    ['elo.db', true],
    ['events.db', true],
    ['selfplay.db', true],
  ]);
  const detail = (file: string): string | undefined => answer.find((one) => one.file === file)?.detail;
  expect(detail('work_queue.db')).toMatch(/^quick_check found damage \d+ s ago: /);
  expect(detail('elo.db')).toMatch(/^quick_check ok, \d+ bytes in \d+ ms, \d+ s ago$/);
  expect(detail('selfplay.db')).toBe('not made yet');
});

it('runs a slow check once, does not block the caller, and shows the result when it is known', async () => {
  const folder = stateFolder();
  openLedgers(folder).close();
  const asked: string[] = [];
  let end: (found: QuickCheck) => void = () => undefined;
  const slow = new Promise<QuickCheck>((resolve) => (end = resolve));
  let nowMs = 0;
  const check = (file: string): Promise<QuickCheck> => {
    asked.push(file);
    return file === ledgerPaths(folder).queue ? slow : Promise.resolve({ type: 'unread', report: 'no right to read it' });
  };
  const ask = ledgerChecks(folder, { now: () => nowMs, check, freshMs: 1_000, waitMs: 10 });
  const [first] = await ask();
  expect([first?.ok, first?.detail]).toEqual([true, expect.stringMatching(/^being checked \(\d+ bytes\); ask again$/)]);
  await ask();
  expect(asked, 'one round at a time').toEqual([ledgerPaths(folder).queue]);
  end({ type: 'sound' });
  await expect.poll(async () => (await ask()).map(({ ok }) => ok)).toEqual([true, false, false, false, false, false, true, false]);
  expect((await ask())[1]).toEqual({
    file: 'tasks.db',
    ok: false,
    detail: expect.stringMatching(/^could not be checked \d+ s ago: no right to read it$/) as string,
  });
  expect(asked, 'fresh ones are shown again').toHaveLength(7);
  nowMs = 1_000;
  await expect.poll(async () => ask().then(() => asked.length), { message: 'old ones are checked again' }).toBe(14);
});
