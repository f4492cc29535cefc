/**
 * Tests the thread that reads games. The ledger keeps writing while the thread reads, as in the ledger worker. The thread runs the compiled output,
 * because a thread cannot run the TypeScript sources.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { GameWork } from '../../../activities/ledger/game/game-work.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { repository } from '../../support/repository.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { acceptedReplica, gamesOf } from '../accepted-items.ts';
import { failureOf, ledgerHarness, type LedgerHarness } from '../state-folder.ts';

interface GameThread {
  readonly work: GameWork;
  readonly close: () => Promise<void>;
}

async function threadOf({ folder }: LedgerHarness): Promise<GameThread> {
  const path = join(repository, 'dist/workers/ledger/game-thread.js');
  const { openGameThread } = (await import(pathToFileURL(path).href)) as { openGameThread: (stateFolder: string) => GameThread };
  const thread = openGameThread(folder);
  onTestFinished(() => thread.close());
  return thread;
}

const files = (count: number, games: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: count }, (_, k) => [`cf.1.self-play.${k}`, gamesOf(1, k * games, games)]));

it('handles requests in order, and fails with the same failures as the ledger', async () => {
  const on = ledgerHarness();
  const { work } = await threadOf(on);
  const missing = await failureOf('sync.source-missing', () => on.activities.consolidate({ pipeline: 'cf', replicas: ['nowhere'] }));
  const { code, message, fields, chain } = toFailureRecord(missing);
  await expect(work.consolidate({ pipeline: 'cf', replicas: ['nowhere'] })).rejects.toMatchObject({ code, message, fields, chain });
  const replica = await acceptedReplica(on, 'a', files(2, 4));
  const ask = { pipeline: 'cf', turns: { from: 1, to: 1 } };
  const [before, taken, after, exported] = await Promise.all([
    work.slicesAway(ask),
    work.consolidate({ pipeline: 'cf', replicas: [replica] }),
    work.slicesAway(ask),
    work.exportTrainingSet({ pipeline: 'cf', turn: 1, windowTurns: 1 }),
  ]);
  expect([before.length, taken.added, after.length, exported.games]).toEqual([2, 8, 0, 8]);
  expect(on.ledgers.games.total('cf'), 'the other connection sees it').toBe(8);
});

it('keeps the ledger responsive: enqueues return while the thread reads one big file', async () => {
  const on = ledgerHarness();
  const { work } = await threadOf(on);
  const replica = await acceptedReplica(on, 'a', files(1, 40_000));
  const beganAt = performance.now();
  let [done, enqueued, longestMs] = [false, 0, 0];
  const consolidated = work.consolidate({ pipeline: 'cf', replicas: [replica] }).finally(() => (done = true));
  for (let last = beganAt; !done; last = performance.now()) {
    enqueued += (await on.activities.enqueue({ items: [itemSpec(`beside.${enqueued}`)] })).added;
    await sleep(1);
    longestMs = Math.max(longestMs, performance.now() - last);
  }
  expect(await consolidated).toMatchObject({ added: 40_000, total: 40_000 });
  // The limit is a share of the time, because this machine may be busy. If the main thread read the file, one pause would take most of the time.
  expect(longestMs / (performance.now() - beganAt)).toBeLessThan(0.5);
});
