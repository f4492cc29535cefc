/**
 * The wish of an operator for a pipeline, and the turns that are wanted of it.
 *
 *   running ──pause──→ paused ──resume, run, or the end of `untilMs`──→ running
 *   running, paused ──stop──→ stopped ──run──→ running
 *   any ──(a job of a stage was cancelled; a stage stopped at a defect; three turns failed in a row)──→ paused
 *
 * A wish to pause or to stop takes effect when the turn under way has ended, or at once with `now`. It is held from then on (`heldAtMs`). A turn that
 * was interrupted runs again after the pause and uses the results that it already has; `fixed-turn.ts` says with which payload. `skip` is no wish: it gives one turn up, and the next turn
 * begins. The pipeline's workflow carries the wish, and the ledger stores it (`pipeline_wishes`), so that a pipeline that rests on purpose differs
 * from a pipeline that was lost.
 *
 * Never allowed: a turn that begins while a pause or a stop is wished; a wish that is lost when a process ends; a pause without an author and a reason.
 */
import { given } from '../../base/given.ts';
import type { PipelineConfig } from './pipeline.ts';
import type { PipelineStage } from './stages.ts';

export const pipelineWishes = ['running', 'paused', 'stopped'] as const;
export type PipelineWished = (typeof pipelineWishes)[number];
export type TurnsLeft = number | 'unlimited';

export interface PipelineWish {
  readonly wish: PipelineWished;
  /** True when the turn under way is interrupted. */
  readonly now?: boolean;
  /** The operator as `user@host`, or the part of Ringmaster that paused the pipeline. */
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
  /** The time at which a pause ends by itself, by the clock of the ledger. */
  readonly untilMs?: number;
  /** The time since which the pipeline rests because of the wish. Absent while the wish waits for the end of the turn under way. */
  readonly heldAtMs?: number;
}

/** The wish as the pipeline's workflow carries it. */
export interface CarriedWish extends PipelineWish {
  /** The time at which a pause ends by itself, by the clock of the Temporal server. The workflow waits by this clock. */
  readonly endsAtMs?: number;
}

/** The turns and the wish of a pipeline, as its workflow knows them. Each record of a rest and of the beginning of a turn carries them to the ledger. */
export interface PipelineStanding {
  /** The turn that runs next, or that runs now. */
  readonly nextTurn: number;
  readonly turnsLeft: TurnsLeft;
  readonly wish?: PipelineWish;
}

export const steeringVerbs = {
  pause: { description: 'start no further turn until it is resumed; --now interrupts the turn under way' },
  resume: { description: 'end a pause' },
  stop: { description: 'start no further turn, and forget the turns that were asked for; --now interrupts the turn under way' },
  skip: { description: 'give the turn up that failed or was interrupted, and go on with the next; --now also a turn that is under way' },
} as const satisfies Readonly<Record<string, { readonly description: string }>>;
export type SteeringVerb = keyof typeof steeringVerbs;

/** The input of the workflow `wishPipeline`, which docs/temporal-cli.md documents. */
export interface PipelineWishRequest {
  readonly pipeline: string;
  readonly verb: SteeringVerb;
  readonly by: string;
  readonly reason: string;
  readonly now?: boolean;
  /** A pause ends by itself after this time. */
  readonly forSeconds?: number;
}

export interface PipelineWishReply {
  readonly pipeline: string;
  readonly verb: SteeringVerb;
  readonly turn: number;
  readonly stage?: PipelineStage;
  readonly turnsLeft?: TurnsLeft;
  /** The wish after the request. */
  readonly wish: PipelineWish;
  /** The wish before the request. */
  readonly before?: PipelineWish;
  /** False when no workflow of the pipeline runs. The wish then holds for the next one. */
  readonly received: boolean;
}

/** A signal that steers a pipeline. Each field is optional, so that an operator can send the signal by hand without any input. */
export interface SteeringSignal {
  readonly by?: string;
  readonly reason?: string;
  readonly now?: boolean;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** The length of a pause. The pipeline's workflow counts it from the signal, because the clock of the ledger can differ from that of the server. */
  readonly forMs?: number;
}

/** The state of the pipeline's workflow that signals change. */
export interface Steered {
  readonly turn: number;
  readonly turnsLeft: TurnsLeft;
  readonly failures: number;
  readonly wish: CarriedWish;
  /** True when a run of the present turn has begun and the turn is not over. */
  readonly begun?: boolean;
  /** Set when the present turn is to be given up. */
  readonly skip?: { readonly by: string; readonly reason: string };
  /** Set when the next run of the present turn is another run: the turn was interrupted, or an operator asked for a run of a turn that had failed. */
  readonly again?: Again;
}

/**
 * The parts that a turn takes from the present when it runs again: the payload folder, and with `stages` the stages of the cluster file too. A turn with
 * `interrupted` takes none of them.
 */
export interface Again {
  /** True until an operator asks for the next run of a turn that was interrupted. */
  readonly interrupted?: boolean;
  readonly stages?: boolean;
}

export interface MoreTurns extends SteeringSignal {
  /** The number of further turns. 0 means without end. */
  readonly turns: number;
  readonly config?: PipelineConfig;
  readonly skipTurn?: boolean;
  readonly takeStages?: boolean;
}

const nobody = 'an unnamed operator';
const noReason = 'no reason given';

export const isRunning = ({ wish }: Pick<Steered, 'wish'>): boolean => wish.wish === 'running';

/** Returns true when the next turn may begin. */
export const wantsTurn = (state: Steered): boolean => isRunning(state) && (state.turnsLeft === 'unlimited' || state.turnsLeft > 0);

const wished = (
  before: PipelineWish,
  wish: PipelineWished,
  { by, reason, now, sinceMs, untilMs, forMs }: SteeringSignal,
  nowMs: number,
): CarriedWish => ({
  wish,
  by: by ?? nobody,
  reason: reason ?? noReason,
  sinceMs: sinceMs ?? Math.max(nowMs, before.sinceMs + 1),
  ...given({ now: now === true && wish !== 'running' ? true : undefined }),
  ...(wish === 'paused' ? given({ untilMs, endsAtMs: forMs === undefined ? undefined : nowMs + forMs }) : {}),
});

/** Returns how long a pause lasts from `nowMs` of the server's clock on, or undefined when it has no end. */
export const pauseLeftMs = ({ untilMs, endsAtMs = untilMs }: CarriedWish, nowMs: number): number | undefined =>
  endsAtMs === undefined ? undefined : Math.max(1, endsAtMs - nowMs);

/**
 * Returns the parts that an operator's `resume` or `run` changes. A turn that failed or was interrupted runs again because the operator asks for it, so
 * it takes the payload as it is then. Who interrupts a turn to mend its payload expects that, and an unchanged folder has the same digest.
 */
const forgiven = (state: Steered, stages = false): Pick<Steered, 'failures' | 'again'> => {
  const again: Again | undefined = stages ? { stages } : state.failures > 0 || state.again !== undefined ? {} : undefined;
  return { failures: 0, ...given({ again }) };
};

/** Returns the state after a signal. `isUnderWay` is true while a turn runs. A late signal, which is older than the present wish, changes nothing. */
export const steer: { readonly [Verb in SteeringVerb]: (state: Steered, signal: SteeringSignal, nowMs: number, isUnderWay: boolean) => Steered } = {
  pause: (state, signal, nowMs) => (isLate(state, signal) ? state : { ...state, wish: wished(state.wish, 'paused', signal, nowMs) }),
  resume: (state, signal, nowMs, isUnderWay) => {
    if (isLate(state, signal)) return state;
    return { ...state, ...(isUnderWay ? { failures: 0 } : forgiven(state, false)), wish: wished(state.wish, 'running', signal, nowMs) };
  },
  stop: (state, signal, nowMs) => (isLate(state, signal) ? state : { ...state, wish: wished(state.wish, 'stopped', signal, nowMs) }),
  skip: (state, { by = nobody, reason = noReason, now }, _nowMs, isUnderWay) =>
    state.begun !== true || (isUnderWay && now !== true) ? state : { ...state, skip: { by, reason } },
};

const isLate = ({ wish }: Steered, { sinceMs }: SteeringSignal): boolean => sinceMs !== undefined && sinceMs < wish.sinceMs;

/** Returns the state after the signal `run`. */
export function addTurns(state: Steered, request: MoreTurns, nowMs: number, isUnderWay: boolean): Steered {
  const left = state.wish.wish === 'stopped' && !isUnderWay ? 0 : state.turnsLeft;
  const { by = nobody, reason = noReason } = request;
  return {
    ...state,
    ...(isUnderWay ? { failures: 0 } : forgiven(state, request.takeStages)),
    turnsLeft: request.turns === 0 || left === 'unlimited' ? 'unlimited' : left + request.turns,
    wish: wished(state.wish, 'running', request, nowMs),
    ...(request.skipTurn === true && !isUnderWay ? { skip: { by, reason } } : {}),
  };
}

/** Returns the state after the present turn was played or given up. */
export const afterTurn = ({ skip: _skip, again: _again, begun: _begun, ...state }: Steered): Steered => ({
  ...state,
  turn: state.turn + 1,
  failures: 0,
  turnsLeft: state.turnsLeft === 'unlimited' ? 'unlimited' : Math.max(0, state.turnsLeft - 1),
});

/**
 * Returns the state after a wish interrupted the turn under way. The next run of the turn counts as another run, because the interruption cancelled the
 * turn's items: each needs a replacement that is none of its tries. An operator can ask for that run before the interruption has ended.
 */
export const afterInterruption = (state: Steered): Steered => ({ ...state, again: isRunning(state) ? {} : { interrupted: true } });

/** Returns the state of a pipeline that rests because of its wish: a pipeline that was stopped forgets the turns that were asked for. */
export const atRest = (state: Steered): Steered => (state.wish.wish === 'stopped' ? { ...state, turnsLeft: 0 } : state);

/** Returns the pause that Ringmaster itself makes, with its reason. A pause or a stop of an operator stays. */
export const pausedBecause = (state: Steered, by: string, reason: string, nowMs: number): Steered =>
  isRunning(state) ? { ...state, wish: wished(state.wish, 'paused', { by, reason }, nowMs) } : state;

/**
 * Returns the state after the end of a pause that had a time limit. No operator asks for a run at that time, and the payload folder may be in the
 * middle of a rebuild. A turn that was interrupted therefore keeps its payload.
 */
export const pauseEnded = (state: Steered, nowMs: number): Steered => ({
  ...state,
  ...(state.again === undefined ? forgiven(state) : { failures: 0 }),
  wish: wished(state.wish, 'running', { by: state.wish.by, reason: 'the pause was for this long' }, nowMs),
});

/** Returns the wish that the ledger stores after a report. A report of the workflow that does not know the newest wish leaves the wish as it is. */
export function newerPipelineWish(stored: PipelineWish | undefined, reported: PipelineWish | undefined, heldAtMs?: number): PipelineWish | undefined {
  if (reported === undefined || (stored !== undefined && stored.sinceMs > reported.sinceMs)) return stored;
  const held = stored?.sinceMs === reported.sinceMs ? (stored.heldAtMs ?? heldAtMs) : heldAtMs;
  return { ...reported, ...given({ heldAtMs: reported.wish === 'running' ? undefined : held }) };
}
