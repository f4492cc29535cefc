import type { JobLimits } from '../item/work-item.ts';
import type { StageKey } from './stages.ts';

/** The gate: a sequential probability ratio test between two Elo differences, on pairs of games. */
export interface GateConfig {
  readonly elo0: number;
  readonly elo1: number;
  readonly alpha: number;
  readonly beta: number;
  /** A candidate is rejected when the test is still undecided after this many pairs. */
  readonly pairsMax: number;
  readonly pairsPerItem: number;
}

export interface StageConfig {
  readonly command: readonly string[];
  readonly verify?: readonly string[];
  readonly limits: JobLimits;
  readonly attemptsMax: number;
  readonly labels: readonly string[];
  readonly slots: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface PipelineConfig extends Readonly<Record<StageKey, StageConfig>> {
  readonly name: string;
  /** Absolute path of the folder at home with the payload's programs. */
  readonly payload: string;
  readonly seed: number;
  /** The pipeline stops after this many turns. 0 means never. */
  readonly turns: number;
  readonly gamesPerTurn: number;
  readonly gamesPerItem: number;
  /** Training reads the games of this many turns, the newest ones. */
  readonly windowTurns: number;
  readonly exploration: number;
  readonly gate: GateConfig;
}

export interface Turns {
  readonly from: number;
  readonly to: number;
}

/** Returns the turns whose games a turn trains on. */
export const trainingWindow = (turn: number, windowTurns: number): Turns => ({ from: Math.max(0, turn - Math.max(1, windowTurns) + 1), to: turn });
