/** This module runs in the thread that `count-thread.ts` opens. */
import type { GameBatch } from '../../src/domain/game/quality.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';

export interface CountTask {
  readonly state: string;
  readonly pipeline: string;
  readonly turn: number;
}

export function runCount({ state, pipeline, turn }: CountTask): GameBatch {
  const model = openReadModel(state);
  try {
    return model.gameBatch(pipeline, turn);
  } finally {
    model.close();
  }
}
