/**
 * This module runs in the thread that `game-thread.ts` opens. The thread opens connections of its own at its first task. Only this thread writes
 * `selfplay.db`. The ledger's main thread has the file open for its schema. If both threads ever wrote, WAL and the busy timeout would make one of
 * them wait for the other.
 */
import { createGameWork, type GameWork } from '../../activities/ledger/game/game-work.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { openOneLedger } from '../../src/storage/ledger/ledgers.ts';
import { openSelfPlayItems } from '../../src/storage/game/self-play-items.ts';

export interface GameTask {
  readonly stateFolder: string;
  readonly name: keyof GameWork;
  readonly input: unknown;
}

/**
 * A failure is sent from the thread as a plain record. An error object would arrive as a copy that has the error's text but not its code and fields.
 */
export type GameTaskResult = { readonly type: 'done'; readonly value: unknown } | { readonly type: 'failed'; readonly failure: FailureRecord };

const opened = new Map<string, GameWork>();

export async function runGameWork({ stateFolder, name, input }: GameTask): Promise<GameTaskResult> {
  try {
    const run = workOn(stateFolder)[name] as (input: unknown) => Promise<unknown>;
    return { type: 'done', value: await run(input) };
  } catch (error) {
    if (!(error instanceof RingmasterError)) throw error;
    return { type: 'failed', failure: toFailureRecord(error) };
  }
}

function workOn(stateFolder: string): GameWork {
  const known = opened.get(stateFolder);
  if (known !== undefined) return known;
  const work = createGameWork({
    stateFolder,
    blobs: statePaths(stateFolder).blobs,
    games: openOneLedger(stateFolder, 'games'),
    items: openSelfPlayItems(ledgerPaths(stateFolder).queue),
    now: Date.now,
  });
  opened.set(stateFolder, work);
  return work;
}
