import type { GameStore } from '../../../src/storage/game/game-store.ts';
import type { SelfPlayItems } from '../../../src/storage/game/self-play-items.ts';

/** All that the work on games knows of the world. */
export interface GameWorkParts {
  readonly stateFolder: string;
  /** Folder of the blobs. */
  readonly blobs: string;
  readonly games: GameStore;
  readonly items: SelfPlayItems;
  readonly now: () => number;
}
