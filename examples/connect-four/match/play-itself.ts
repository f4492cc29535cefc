import type { Random } from '../random.ts';
import { playGame, type Game } from './play-game.ts';
import type { Player } from './player.ts';

/** Without random starts every game would begin alike, and evaluation, which begins elsewhere, would ask about what was never seen. */
const randomStartMax = 8;

/** A game to learn from: up to eight random moves, then the player's own but for the share `exploration`. */
export const playItself = (player: Player, random: Random, exploration: number): Game =>
  playGame(player, player, random, { exploration, randomStartMax });
