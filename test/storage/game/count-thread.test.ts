/** The thread that counts the games of a turn. It runs the compiled output, because a thread cannot run the TypeScript sources. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { DutyReads } from '../../../src/duty/duty.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { repository } from '../../support/repository.ts';
import { acceptedReplica } from '../accepted-items.ts';
import { ledgerHarness } from '../state-folder.ts';

interface CountThread {
  readonly countGames: DutyReads['countGames'];
  readonly close: () => Promise<void>;
}

it('counts long games while the ledger goes on, and returns the same as the read model', async () => {
  const on = ledgerHarness();
  const moves = 'ab'.repeat(30_000);
  const lines = Array.from({ length: 400 }, (_, k) => `${JSON.stringify({ id: `cf.1.${k}`, result: 1, moves: `${moves}${k % 300}` })}\n`).join('');
  await on.activities.consolidate({ pipeline: 'cf', replicas: [await acceptedReplica(on, 'a', { 'cf.1.self-play.0': lines })] });
  const model = openReadModel(on.folder);
  onTestFinished(() => model.close());
  const path = join(repository, 'dist/workers/ledger/count-thread.js');
  const { openCountThread } = (await import(pathToFileURL(path).href)) as { openCountThread: (state: string) => CountThread };
  const thread = openCountThread(on.folder);
  onTestFinished(() => thread.close());
  let [done, steps] = [false, 0];
  const counted = thread.countGames('cf', 1).finally(() => (done = true));
  while (!done) {
    await sleep(1);
    steps += 1;
  }
  const direct = model.gameBatch('cf', 1);
  expect(await counted).toEqual(direct);
  expect(direct).toMatchObject({ games: 400, distinct: 300, wins: 400 });
  expect(steps, 'steps of the ledger meanwhile').toBeGreaterThan(10);
  await expect(thread.countGames('cf', 2)).resolves.toMatchObject({ games: 0 });
});
