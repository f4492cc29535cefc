import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { GameWork } from '../../activities/ledger/game/game-work.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { workerLimits } from '../limits.ts';
import type { GameTask, GameTaskResult } from './run-game-work.ts';

/**
 * Opens a thread of the ledger's process for the work on games. There is only this thread, so tasks run one after another and `selfplay.db` has one
 * writer. When the thread dies, its task fails as a defect, and the next task starts a new thread.
 */
export function openGameThread(stateFolder: string): { readonly work: GameWork; readonly close: () => Promise<void> } {
  const pool = new Tinypool({
    runtime: 'worker_threads',
    filename: fileURLToPath(new URL('./run-game-work.js', import.meta.url)),
    name: 'runGameWork',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: workerLimits.gameThreadIdleMs,
  });
  const runInThread =
    <Name extends keyof GameWork>(name: Name) =>
    async (input: Parameters<GameWork[Name]>[0]): Promise<Awaited<ReturnType<GameWork[Name]>>> => {
      const task: GameTask = { stateFolder, name, input };
      const result = (await pool.run(task)) as GameTaskResult;
      if (result.type === 'failed') throw new RingmasterError(result.failure.code, result.failure);
      return result.value as Awaited<ReturnType<GameWork[Name]>>;
    };
  return {
    work: {
      consolidate: runInThread('consolidate'),
      exportTrainingSet: runInThread('exportTrainingSet'),
      slicesAway: runInThread('slicesAway'),
      pastGames: runInThread('pastGames'),
    },
    close: () => pool.destroy(),
  };
}
