import type { Random } from '../random.ts';
import { playGame, type Game } from './play-game.ts';
import type { Player } from './player.ts';

/**
 * A training game begins with at most this many random moves. Without random moves every game would begin alike. Training would then never see the
 * other positions from which evaluation starts.
 */
const randomStartMax = 8;

/**
 * Plays a training game, which begins with up to eight random moves. After them, `exploration` is the fraction of the player's moves that are random.
 */
export const playItself = (player: Player, random: Random, exploration: number): Game =>
  playGame(player, player, random, { exploration, randomStartMax });
