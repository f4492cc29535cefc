/** The events about turns, pipelines and models. */
import { eventType } from './event-type.ts';
import { maybe, number, text, texts } from './fields.ts';
import { thing, thingsOf } from './thing.ts';

const turnFields = { pipeline: text('The pipeline.'), turn: number('The turn.'), detail: maybe(text('The line that the pipeline showed.')) };
const turn = (when: string, words: string) =>
  eventType({
    version: 1,
    when,
    fields: turnFields,
    about: ({ pipeline, turn: at }) => thingsOf(pipeline, at),
    say: ({ pipeline, turn: at, detail }) => `turn ${at} of ${pipeline} ${words}${detail === undefined || detail === '' ? '' : `: ${detail}`}`,
  });

const wishFields = {
  pipeline: text('The pipeline.'),
  turn: number('The turn that is next or under way.'),
  by: text('The operator, or the part of Ringmaster.'),
  reason: text('Why.'),
};
const wish = (when: string, words: string) =>
  eventType({
    version: 1,
    when,
    fields: wishFields,
    about: ({ pipeline, turn: at }) => thingsOf(pipeline, at),
    say: ({ pipeline, turn: at, by, reason }) => `${by} ${words} ${pipeline} at turn ${at} (${reason})`,
  });

const gateFields = {
  pipeline: text('The pipeline.'),
  turn: number('The turn.'),
  model: text('The candidate.'),
  champion: text('The champion before.'),
  verdict: text('The verdict of the gate.'),
  pairs: number('The pairs of games that were counted.'),
  elo: number('The Elo of the candidate.'),
  eloError: number('Half the 95 % interval of that Elo.'),
};
const gate = (when: string, words: (champion: string) => string) =>
  eventType({
    version: 1,
    when,
    fields: gateFields,
    about: ({ pipeline, turn: at, model, champion }) => [thing('model', model), thing('model', champion), ...thingsOf(pipeline, at)],
    say: ({ model, champion, verdict, pairs, elo, eloError }) =>
      `${model} ${words(champion)}: ${verdict} after ${pairs} pairs, Elo ${Math.round(elo)} ± ${Math.round(eloError)}`,
  });

export const pipelineEvents = {
  TURN_STARTED: turn('A run of a turn began its first stage.', 'began'),
  TURN_COMPLETED: turn('A turn is done.', 'is done'),
  TURN_FAILED: turn('A turn failed. The pipeline tries it again, or pauses.', 'failed'),
  TURN_SKIPPED: turn('An operator gave a turn up.', 'was given up'),
  PIPELINE_IDLE: turn('All turns that were asked for are done.', 'was the last one that was asked for'),
  PIPELINE_PAUSED: wish('A pipeline was paused, by an operator or because its turns fail.', 'paused'),
  PIPELINE_RESUMED: wish('A pause of a pipeline ended.', 'resumed'),
  PIPELINE_STOPPED: wish('An operator stopped a pipeline.', 'stopped'),
  PIPELINE_DEFECT: eventType({
    version: 1,
    when: 'Tries of a stage ended in the same way on two nodes, so the program has a defect. The stage is stopped.',
    fields: {
      pipeline: text('The pipeline.'),
      turn: number('The turn.'),
      kind: text('The kind of the items.'),
      item: text('The item that showed the defect last.'),
      message: text('The failure, as one sentence.'),
      cancelled: number('The other items of the stage that were cancelled.'),
    },
    about: ({ pipeline, turn: at, item }) => [thing('item', item), ...thingsOf(pipeline, at)],
    say: ({ message, cancelled }) => `${message}; ${cancelled} other items were cancelled`,
  }),
  LOW_QUALITY_DATA_WARNING: eventType({
    version: 1,
    when: 'QUALITY_MONITOR found the games of a turn bad.',
    fields: {
      pipeline: text('The pipeline.'),
      turn: number('The turn.'),
      games: number('How many games were counted.'),
      faults: texts('The faults of the games, each as a clause.'),
    },
    about: ({ pipeline, turn: at }) => thingsOf(pipeline, at),
    say: ({ pipeline, turn: at, games, faults }) => `${games} games of turn ${at} of ${pipeline} are bad: ${faults.join('; ')}`,
  }),
  ADAPTIVE_PARAMS_CHANGED: eventType({
    version: 1,
    when: 'FEEDBACK_LOOP changed a value of a pipeline after the result of a turn. The change holds from the next turn that begins.',
    fields: {
      pipeline: text('The pipeline.'),
      turn: number('The turn whose result led to the change.'),
      value: text('The value: exploration, gamesPerTurn or intensity.'),
      from: number('The value before.'),
      to: number('The value after.'),
      reason: text('Why.'),
    },
    about: ({ pipeline, turn: at }) => thingsOf(pipeline, at),
    say: ({ pipeline, value, from, to, reason }) => `${value} of ${pipeline} went from ${from} to ${to}: ${reason}`,
  }),
  MODEL_REGISTERED: eventType({
    version: 1,
    when: 'A trained model was recorded as a candidate.',
    fields: { pipeline: text('The pipeline.'), turn: number('The turn.'), model: text('The model.'), bytes: number('The size of its file.') },
    about: ({ pipeline, turn: at, model }) => [thing('model', model), ...thingsOf(pipeline, at)],
    say: ({ pipeline, turn: at, model }) => `${model} is the candidate of turn ${at} of ${pipeline}`,
  }),
  MODEL_PROMOTED: gate('A candidate passed the gate and is the champion.', (champion) => `takes the place of ${champion}`),
  PROMOTION_REJECTED: gate('A candidate did not pass the gate.', (champion) => `does not take the place of ${champion}`),
} as const;
