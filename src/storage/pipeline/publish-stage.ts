/** The events about stages and turns, in the outbox of `resource_state.db`. Each function is called in the transaction that changes the stage. */
import { given } from '../../base/given.ts';
import type { EventTypeName } from '../../domain/event/event-types.ts';
import type { StageOutcome, StageSpan } from '../../domain/pipeline/stage-history.ts';
import type { PipelineStage } from '../../domain/pipeline/stages.ts';
import type { StageRecord } from '../../domain/pipeline/view.ts';
import { causeOfNext, forgetCause, publish, rememberCause } from '../event/publish.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

type RestStage = Extract<PipelineStage, 'done' | 'skipped' | 'idle' | 'paused' | 'stopped' | 'failed'>;
type WorkStage = Exclude<PipelineStage, RestStage>;
interface StageEvents {
  readonly started: Extract<EventTypeName, `${string}_STARTED`>;
  readonly completed: Extract<EventTypeName, `${string}_COMPLETE` | `${string}_COMPLETED`>;
  readonly failed: Extract<EventTypeName, `${string}_FAILED`>;
}

const ofStage = {
  'self-play': { started: 'SELFPLAY_STARTED', completed: 'SELFPLAY_COMPLETE', failed: 'SELFPLAY_FAILED' },
  sync: { started: 'GATHERING_STARTED', completed: 'GATHERING_COMPLETE', failed: 'GATHERING_FAILED' },
  consolidate: { started: 'CONSOLIDATION_STARTED', completed: 'CONSOLIDATION_COMPLETE', failed: 'CONSOLIDATION_FAILED' },
  export: { started: 'EXPORT_STARTED', completed: 'EXPORT_COMPLETE', failed: 'EXPORT_FAILED' },
  train: { started: 'TRAINING_STARTED', completed: 'TRAINING_COMPLETED', failed: 'TRAINING_FAILED' },
  evaluate: { started: 'EVALUATION_STARTED', completed: 'EVALUATION_COMPLETED', failed: 'EVALUATION_FAILED' },
  promote: { started: 'PROMOTION_STARTED', completed: 'PROMOTION_COMPLETED', failed: 'PROMOTION_FAILED' },
  distribute: { started: 'MODEL_DISTRIBUTION_STARTED', completed: 'MODEL_DISTRIBUTION_COMPLETE', failed: 'MODEL_DISTRIBUTION_FAILED' },
} as const satisfies Readonly<Record<WorkStage, StageEvents>>;

/** The types of the events about rests. The wish of a pipeline tells a pause and a stop. */
const ofRest: Readonly<Record<RestStage, Extract<EventTypeName, `TURN_${string}` | 'PIPELINE_IDLE'> | undefined>> = {
  done: 'TURN_COMPLETED',
  skipped: 'TURN_SKIPPED',
  failed: 'TURN_FAILED',
  idle: 'PIPELINE_IDLE',
  paused: undefined,
  stopped: undefined,
};
const isRest = (stage: PipelineStage): stage is RestStage => stage in ofRest;

/** The story of a pipeline's turns: each stage is caused by the end of the stage before it. */
const pipelineStory = (pipeline: string): string => `turns of ${pipeline}`;
const facts = (atMs: number, cause: string | undefined) => ({ atMs, actor: 'pipeline', cause });

/** Returns the newest event about the turns of a pipeline. */
export const newestTurnEvent = (ledger: Ledger, pipeline: string): string | undefined => causeOfNext(ledger, pipelineStory(pipeline));

function goOn(ledger: Ledger, pipeline: string, event: string): void {
  rememberCause(ledger, pipelineStory(pipeline), event);
}

/** Publishes that a run of a turn has begun its first stage. */
export function publishTurnStarted(ledger: Ledger, { pipeline, turn }: StageRecord, nowMs: number): void {
  forgetCause(ledger, pipelineStory(pipeline));
  goOn(ledger, pipeline, publish(ledger, 'TURN_STARTED', { pipeline, turn }, facts(nowMs, undefined)));
}

export function publishStageStarted(ledger: Ledger, { pipeline, turn, stage }: StageRecord, nowMs: number): void {
  if (isRest(stage)) return;
  goOn(ledger, pipeline, publish(ledger, ofStage[stage].started, { pipeline, turn, stage }, facts(nowMs, newestTurnEvent(ledger, pipeline))));
}

export interface StageEnd extends Pick<StageSpan, 'pipeline' | 'turn' | 'stage' | 'startedAtMs'> {
  readonly outcome: StageOutcome;
  readonly detail?: string | undefined;
  readonly failure?: StageRecord['failure'];
  /** The event that ended the stage from outside, such as the cancellation of its items. */
  readonly cause?: string | undefined;
}

export function publishStageEnded(
  ledger: Ledger,
  { pipeline, turn, stage, startedAtMs, outcome, detail, failure, cause }: StageEnd,
  nowMs: number,
): void {
  if (isRest(stage)) return;
  const ended = { pipeline, turn, stage, tookMs: Math.max(0, Math.round(nowMs - startedAtMs)), ...given({ detail }) };
  const why = facts(nowMs, cause ?? newestTurnEvent(ledger, pipeline));
  if (outcome === 'abandoned') goOn(ledger, pipeline, publish(ledger, 'STAGE_ABANDONED', ended, why));
  else if (outcome === 'completed') goOn(ledger, pipeline, publish(ledger, ofStage[stage].completed, ended, why));
  else
    goOn(ledger, pipeline, publish(ledger, ofStage[stage].failed, { ...ended, ...given({ code: failure?.code, message: failure?.message }) }, why));
}

/** Publishes that a turn, or the work of a pipeline, has ended. */
export function publishRest(ledger: Ledger, { pipeline, turn, stage, detail }: StageRecord, nowMs: number, cause?: string): void {
  const type = isRest(stage) ? ofRest[stage] : undefined;
  if (type === undefined) return;
  const why = facts(nowMs, newestTurnEvent(ledger, pipeline) ?? cause);
  goOn(ledger, pipeline, publish(ledger, type, type === 'PIPELINE_IDLE' ? { pipeline, turn } : { pipeline, turn, detail }, why));
}
