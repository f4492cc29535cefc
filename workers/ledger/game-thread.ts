import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { GameWork } from '../../activities/ledger/game/game-work.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { GameAnswer, GameTask } from './run-game-work.ts';

/** A thread with nothing to do ends after this; the next turn's work starts another (~60 ms). */
const idleMs = 60_000;

/**
 * The work on games in a thread of the ledger's process. One thread: the tasks go one after another, as there is one writer. A task that dies with its
 * thread is a defect for its caller, and the next task finds a new thread.
 */
export function openGameThread(stateFolder: string): { readonly work: GameWork; readonly close: () => Promise<void> } {
  const pool = new Tinypool({
    runtime: 'worker_threads',
    filename: fileURLToPath(new URL('./run-game-work.js', import.meta.url)),
    name: 'runGameWork',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleMs,
  });
  const ask =
    <Name extends keyof GameWork>(name: Name) =>
    async (input: Parameters<GameWork[Name]>[0]): Promise<Awaited<ReturnType<GameWork[Name]>>> => {
      const task: GameTask = { stateFolder, name, input };
      const answer = (await pool.run(task)) as GameAnswer;
      if (answer.type === 'failed') throw new RingmasterError(answer.failure.code, answer.failure);
      return answer.value as Awaited<ReturnType<GameWork[Name]>>;
    };
  return {
    work: { consolidate: ask('consolidate'), exportTrainingSet: ask('exportTrainingSet'), slicesAway: ask('slicesAway') },
    close: () => pool.destroy(),
  };
}
