import type { GameStore } from '../../../src/storage/game/game-store.ts';
import type { SelfPlayItems } from '../../../src/storage/game/self-play-items.ts';

/** Everything that the work on games uses. */
export interface GameWorkDependencies {
  readonly stateFolder: string;
  /** The folder of the blobs. */
  readonly blobs: string;
  readonly games: GameStore;
  readonly items: SelfPlayItems;
  readonly now: () => number;
}
