import type { JobLimits } from '../item/work-item.ts';
import type { StageKey } from './stages.ts';

/** Sequential probability ratio test between Elo differences, on pairs. */
export interface GateConfig {
  readonly elo0: number;
  readonly elo1: number;
  readonly alpha: number;
  readonly beta: number;
  /** Undecided after so many pairs: rejected. */
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
  /** Folder at home with the payload's programs, absolute. */
  readonly payload: string;
  readonly seed: number;
  /** The entity stops after so many turns; 0: never. */
  readonly turns: number;
  readonly gamesPerTurn: number;
  readonly gamesPerItem: number;
  /** Training reads the games of so many last turns. */
  readonly windowTurns: number;
  readonly exploration: number;
  readonly gate: GateConfig;
}

export interface Turns {
  readonly from: number;
  readonly to: number;
}

/** The turns whose games a turn trains on. */
export const trainingWindow = (turn: number, windowTurns: number): Turns => ({ from: Math.max(0, turn - Math.max(1, windowTurns) + 1), to: turn });
