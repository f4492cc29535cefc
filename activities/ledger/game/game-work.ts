/**
 * The work on games: whole files are read, hashed, parsed and written, for seconds. It knows only of two files, so that it can be done in a thread of
 * its own (`workers/ledger/game-thread.ts`), beside the claims and closes that must not wait for it. Inside the ledger's process all the same:
 * the ledger stays the only writer.
 */
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { Part } from '../../../src/domain/game/replay.ts';
import type { Turns } from '../../../src/domain/pipeline/pipeline.ts';
import { consolidate } from './consolidate.ts';
import { exportTrainingSet } from './export-training-set.ts';
import type { GameWorkParts } from './game-work-parts.ts';
import { partsAway } from './parts.ts';

export interface GameWork {
  readonly consolidate: LedgerActivities['consolidate'];
  readonly exportTrainingSet: LedgerActivities['exportTrainingSet'];
  /** The parts of these turns whose games are not home. */
  readonly partsAway: (p: { readonly pipeline: string; readonly turns: Turns }) => Promise<readonly Part[]>;
}

export const createGameWork = (parts: GameWorkParts): GameWork => ({
  consolidate: consolidate(parts),
  exportTrainingSet: exportTrainingSet(parts),
  partsAway: async ({ pipeline, turns }) => partsAway(parts, pipeline, turns),
});
