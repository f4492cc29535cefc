import type { Random } from '../random.ts';
import { playGame, type Game } from './play-game.ts';
import type { Player } from './player.ts';

/** Without random starts every game would begin alike. Evaluation starts from other positions, which training would never have seen. */
const randomStartMax = 8;

/** Plays a training game: up to eight random moves, then the player's own moves, of which the fraction `exploration` is random. */
export const playItself = (player: Player, random: Random, exploration: number): Game =>
  playGame(player, player, random, { exploration, randomStartMax });
