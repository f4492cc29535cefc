/**
 * Decides what a run of a turn uses, when an earlier run of the turn has fixed its values
 * (`docs/decisions/0004-a-turn-is-fixed-when-it-begins.md`). The first row that fits a value holds.
 *
 * | the value                                           | the turn uses                                                             |
 * |-----------------------------------------------------|---------------------------------------------------------------------------|
 * | any, and the verdict on the candidate is recorded   | the fixed value: another candidate could not be promoted any more         |
 * | the payload, and an operator asked for another run  | the payload as it is now; `resume` and `run` after a failure or after an  |
 * |                                                     | interruption (`pause --now`, `stop --now`) ask for one                    |
 * | a stage, and an operator asked for the stages too   | the stage of the cluster file as it is now                                |
 * | any other                                           | the fixed value; a change holds from the next turn                        |
 *
 * A turn with another payload or another stage trains and evaluates under new item ids (`revision`), because a model and a match are functions of
 * these values. Its games stay: a game that was accepted is a game, whichever program played it.
 */
import { canonicalJson } from '../../base/canonical-json.ts';
import { steeredKeys } from './feedback.ts';
import type { PipelineConfig } from './pipeline.ts';
import { stageKeys } from './stages.ts';
import type { Again } from './wish.ts';

/** The values that the first run of a turn has fixed. `config` is absent for a turn that began under an older release. */
export interface FixedTurn {
  readonly payloadDigest: string;
  readonly config?: PipelineConfig;
  readonly revision: number;
  readonly reruns: number;
}

export interface PresentTurn {
  readonly payloadDigest: string;
  readonly config: PipelineConfig;
  readonly again?: Again;
  /** True when the verdict on the turn's candidate is recorded. */
  readonly isJudged: boolean;
}

export interface TurnPlan extends FixedTurn {
  readonly config: PipelineConfig;
  /** The digest that the payload of this run replaces. */
  readonly replaced?: string;
  /** The keys of the pipeline's entry that the cluster file has with another value than the turn. */
  readonly kept: readonly string[];
}

export function planTurn(fixed: FixedTurn, { payloadDigest, config: present, again, isJudged }: PresentTurn): TurnPlan {
  const isOpen = again !== undefined && again.interrupted !== true && !isJudged;
  const began = fixed.config ?? present;
  const config = isOpen && again.stages === true ? { ...began, ...Object.fromEntries(stageKeys.map((key) => [key, present[key]])) } : began;
  const isOther = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) !== canonicalJson(b ?? null);
  const takesPayload = isOpen && payloadDigest !== fixed.payloadDigest;
  // The feedback gives these values, and no change of the cluster file.
  const steered: ReadonlySet<string> = new Set(steeredKeys.filter((key) => present.feedback?.[key] !== undefined));
  const digest = takesPayload ? payloadDigest : fixed.payloadDigest;
  return {
    payloadDigest: digest,
    config,
    revision: fixed.revision + (takesPayload || isOther(config, began) ? 1 : 0),
    reruns: fixed.reruns + (again === undefined ? 0 : 1),
    ...(takesPayload ? { replaced: fixed.payloadDigest } : {}),
    kept: [
      ...Object.keys(present).filter(
        (key) => !ofNoTurn.has(key) && !steered.has(key) && isOther(config[key as keyof PipelineConfig], present[key as keyof PipelineConfig]),
      ),
      ...(digest === payloadDigest ? [] : ['payload']),
    ],
  };
}

/** The keys on which no turn depends. The payload is compared by its digest. */
const ofNoTurn: ReadonlySet<string> = new Set(['name', 'turns', 'payload', 'quality', 'feedback'] satisfies (keyof PipelineConfig)[]);
