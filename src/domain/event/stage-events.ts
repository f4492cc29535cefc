/** The events about the stages of a turn: for each stage, that it started, completed or failed. Names that the runbooks have are kept. */
import { eventType } from './event-type.ts';
import { maybe, number, text } from './fields.ts';
import { thingsOf } from './thing.ts';

const place = { pipeline: text('The pipeline.'), turn: number('The turn.'), stage: text('The stage.') };
const about = ({ pipeline, turn, stage }: { readonly pipeline: string; readonly turn: number; readonly stage: string }) =>
  thingsOf(pipeline, turn, stage);
const ended = { ...place, detail: maybe(text('The line that the stage showed last.')), tookMs: number('How long the stage took, in milliseconds.') };
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const last = (detail: string | undefined): string => (detail === undefined || detail === '' ? '' : ` (${detail})`);

const started = (stage: string) =>
  eventType({
    version: 1,
    when: `Stage \`${stage}\` of a turn began.`,
    fields: place,
    about,
    say: ({ pipeline, turn, stage: name }) => `${name} of turn ${turn} of ${pipeline} began`,
  });
const completed = (stage: string) =>
  eventType({
    version: 1,
    when: `Stage \`${stage}\` of a turn completed.`,
    fields: ended,
    about,
    say: ({ pipeline, turn, stage: name, detail, tookMs }) => `${name} of turn ${turn} of ${pipeline} completed in ${seconds(tookMs)}${last(detail)}`,
  });
const failed = (stage: string) =>
  eventType({
    version: 1,
    when: `Stage \`${stage}\` of a turn failed.`,
    fields: { ...ended, code: maybe(text('The code of the failure.')), message: maybe(text('The failure, as one sentence.')) },
    about,
    say: ({ pipeline, turn, stage: name, code, message }) =>
      `${name} of turn ${turn} of ${pipeline} failed${code === undefined ? '' : ` (${code})`}${message === undefined ? '' : `: ${message}`}`,
  });

export const stageEvents = {
  SELFPLAY_STARTED: started('self-play'),
  SELFPLAY_COMPLETE: completed('self-play'),
  SELFPLAY_FAILED: failed('self-play'),
  GATHERING_STARTED: started('sync'),
  GATHERING_COMPLETE: completed('sync'),
  GATHERING_FAILED: failed('sync'),
  CONSOLIDATION_STARTED: started('consolidate'),
  CONSOLIDATION_COMPLETE: completed('consolidate'),
  CONSOLIDATION_FAILED: failed('consolidate'),
  EXPORT_STARTED: started('export'),
  EXPORT_COMPLETE: completed('export'),
  EXPORT_FAILED: failed('export'),
  TRAINING_STARTED: started('train'),
  TRAINING_COMPLETED: completed('train'),
  TRAINING_FAILED: failed('train'),
  EVALUATION_STARTED: started('evaluate'),
  EVALUATION_COMPLETED: completed('evaluate'),
  EVALUATION_FAILED: failed('evaluate'),
  PROMOTION_STARTED: started('promote'),
  PROMOTION_COMPLETED: completed('promote'),
  PROMOTION_FAILED: failed('promote'),
  MODEL_DISTRIBUTION_STARTED: started('distribute'),
  MODEL_DISTRIBUTION_COMPLETE: completed('distribute'),
  MODEL_DISTRIBUTION_FAILED: failed('distribute'),
  STAGE_ABANDONED: eventType({
    version: 1,
    when: 'A stage ended without a result: the turn was interrupted, given up, or runs again.',
    fields: ended,
    about,
    say: ({ pipeline, turn, stage, tookMs, detail }) => `${stage} of turn ${turn} of ${pipeline} was left after ${seconds(tookMs)}${last(detail)}`,
  }),
} as const;
