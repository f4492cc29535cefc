import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { DutyReads } from '../../src/duty/duty.ts';
import type { GameBatch } from '../../src/domain/game/quality.ts';
import type { CountTask } from './run-count.ts';

/**
 * Opens a thread of the ledger's process that counts the games of turns. A count reads up to a thousand games, each as long as 256 KiB, so it can take seconds,
 * and no claim waits for it. The thread ends after each count, because a turn is counted once.
 */
export function openCountThread(state: string): { readonly countGames: DutyReads['countGames']; readonly close: () => Promise<void> } {
  const pool = new Tinypool({
    runtime: 'worker_threads',
    filename: fileURLToPath(new URL('./run-count.js', import.meta.url)),
    name: 'runCount',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 0,
  });
  return {
    countGames: async (pipeline, turn) => (await pool.run({ state, pipeline, turn } satisfies CountTask)) as GameBatch,
    close: () => pool.destroy(),
  };
}
