/**
 * The work on games reads, hashes, parses and writes whole files, which takes seconds. Claims and closes must not wait for this work. It uses only
 * two ledgers, so that it can run in a thread of its own (`workers/ledger/game-thread.ts`). The thread belongs to the ledger's process, which stays
 * the only writer.
 */
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { Slice } from '../../../src/domain/game/replay.ts';
import type { PastGames } from '../../../src/domain/game/past-games.ts';
import type { Turns } from '../../../src/domain/pipeline/pipeline.ts';
import { consolidate } from './consolidate.ts';
import { exportTrainingSet } from './export-training-set.ts';
import type { GameWorkDependencies } from './game-work-dependencies.ts';
import { pastGames } from './past-games.ts';
import { slicesAway } from './slices.ts';

export interface GameWork {
  readonly consolidate: LedgerActivities['consolidate'];
  readonly exportTrainingSet: LedgerActivities['exportTrainingSet'];
  /** Returns the slices of these turns whose games are not home. */
  readonly slicesAway: (p: { readonly pipeline: string; readonly turns: Turns }) => Promise<readonly Slice[]>;
  /** Returns the turns whose games nothing reads any more. */
  readonly pastGames: (p: { readonly windowTurns: Readonly<Record<string, number>> }) => Promise<readonly PastGames[]>;
}

export const createGameWork = (dependencies: GameWorkDependencies): GameWork => ({
  consolidate: consolidate(dependencies),
  exportTrainingSet: exportTrainingSet(dependencies),
  slicesAway: async ({ pipeline, turns }) => slicesAway(dependencies, pipeline, turns),
  pastGames: async ({ windowTurns }) => pastGames(dependencies, windowTurns),
});
