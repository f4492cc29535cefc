import type { JobEnv } from '../item/secret.ts';
import type { FeedbackBounds } from './feedback.ts';
import type { JobLimits } from '../item/work-item.ts';
import type { StageKey } from './stages.ts';

/** The settings of the gate, a sequential probability ratio test between two Elo differences on pairs of games. */
export interface GateConfig {
  readonly elo0: number;
  readonly elo1: number;
  readonly alpha: number;
  readonly beta: number;
  /** A candidate is rejected when the test is still undecided after this many pairs. */
  readonly pairsMax: number;
  readonly pairsPerItem: number;
  /** The number of openings that the payload has. Absent: `openingsDefault`, or `pairsMax` if that is more. */
  readonly openings?: number;
}

/** A payload is expected to have at least this many openings when the cluster file does not say how many it has. */
const openingsDefault = 1_000;

/** Returns how many openings the payload is expected to have. They are numbered from 0. */
export const openingsOf = ({ openings, pairsMax }: GateConfig): number => openings ?? Math.max(openingsDefault, pairsMax);

/**
 * Returns the opening of the pair whose number counts all pairs of a pipeline. The openings wrap around, so that a pipeline without end does not run
 * out of them. A match has at most as many pairs as there are openings, so no two of its pairs have the same one.
 */
export const openingOf = (gate: GateConfig, pair: number): number => pair % openingsOf(gate);

export interface StageConfig {
  readonly command: readonly string[];
  readonly verify?: readonly string[];
  readonly limits: JobLimits;
  readonly attemptsMax: number;
  readonly labels: readonly string[];
  readonly slots: number;
  readonly env: JobEnv;
}

export interface PipelineConfig extends Readonly<Record<StageKey, StageConfig>> {
  readonly name: string;
  /** Absolute path of the folder at home that contains the payload's programs. */
  readonly payload: string;
  readonly seed: number;
  /** The number of turns after which the pipeline stops. 0 means that it does not stop by itself. */
  readonly turns: number;
  readonly gamesPerTurn: number;
  readonly gamesPerItem: number;
  /** The number of turns whose games training reads. The newest turns are used. */
  readonly windowTurns: number;
  readonly exploration: number;
  /** What follows from bad games of a turn: an event, or also a pause. Absent in a file that an older release wrote: an event. */
  readonly quality?: 'event' | 'hold';
  /** The bounds of the values that follow the results of the turns. Absent: every value stays as it is. */
  readonly feedback?: FeedbackBounds;
  /** How hard a training works. 1: as the payload would by itself. Absent: the request of the training does not name it. */
  readonly intensity?: number;
  readonly gate: GateConfig;
}

export interface Turns {
  readonly from: number;
  readonly to: number;
}

/** Returns the turns whose games are used for training in turn `turn`. */
export const trainingWindow = (turn: number, windowTurns: number): Turns => ({ from: Math.max(0, turn - Math.max(1, windowTurns) + 1), to: turn });
