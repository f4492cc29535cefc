import type { StageKey } from '../../domain/pipeline/stages.ts';

/** One check of a payload, and its result. */
export interface TriedCheck {
  readonly stage: string;
  readonly check: string;
  /** `fault`: the cluster would refuse this. `note`: the cluster takes it, and a person should know. */
  readonly result: 'ok' | 'fault' | 'note';
  readonly detail: string;
}

export interface PayloadTryParts {
  readonly file: string;
  readonly pipeline: string;
  /** Only this stage is reported. The stages whose outputs it needs run too. */
  readonly stage?: StageKey | undefined;
  /** A run that takes longer than this is ended. */
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
  readonly onCheck: (check: TriedCheck) => void;
}
