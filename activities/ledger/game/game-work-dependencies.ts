import type { GameStore } from '../../../src/storage/game/game-store.ts';
import type { SelfPlayItems } from '../../../src/storage/game/self-play-items.ts';

/** The dependencies of the work on games. */
export interface GameWorkDependencies {
  readonly stateFolder: string;
  /** The folder of the blobs. */
  readonly blobs: string;
  readonly games: GameStore;
  readonly items: SelfPlayItems;
  readonly now: () => number;
}
