/** An entry of `pipelines` in the cluster file, with its stages. */
import type * as z from 'zod';
import { pairsMax, pairsPerItemMax } from '../../domain/limits.ts';
import { forEachStageKey, stages } from '../../domain/pipeline/stages.ts';
import { command, day, duration, durationOrNone, environment, keys, labels, name, path, real, second, whole, word } from './key-types.ts';

/** An Elo difference of the gate is at most this, upwards and downwards. */
export const eloMax = 1_000;

const gamesPerTurn = whole(1, 10_000_000, 200);
const exploration = real(0, 1, 0.1);
const intensity = real(0.01, 100, 1);

const bounds = (value: typeof gamesPerTurn | typeof exploration, example: string, what: string) =>
  keys({ min: value.describe('The lowest value.'), max: value.describe('The highest value.') }, example)
    .optional()
    .describe(what);

const stage = (program: string) =>
  keys(
    {
      command: command(`[node, "{payload}/${program}.js"]`).describe(
        'Program and arguments, run without a shell. {payload} is replaced by the payload folder on the node.',
      ),
      verify: command(`[node, "{payload}/verify.js"]`)
        .optional()
        .describe('Program that runs in the job folder once the manifest is valid. Exit status 0 accepts the outputs.'),
      run: duration(second, 30 * day, '10m')
        .default(600_000)
        .describe('The longest time that the process may run.'),
      silent: duration(second, day, '60s')
        .default(60_000)
        .describe('A process that writes no byte to stdout or to the output folder for this long counts as hung and is ended.'),
      selfFence: durationOrNone(second, day, '2m')
        .default(120_000)
        .describe('The node itself ends the job when Ringmaster has not renewed it for this long. `none`: never.'),
      attempts: whole(1, 100, 3).default(3).describe('The most tries at one item.'),
      slots: whole(1, 1_024, 1).default(1).describe('Slots that a job takes on its node.'),
      labels,
      env: environment,
    },
    `{ command: [node, "{payload}/${program}.js"] }`,
    'command',
  );

export const pipeline = keys(
  {
    name: name('connect-four').describe('Part of workflow ids: pipeline/<name>.'),
    payload: path('./payload').describe('Folder with the programs, on this machine; relative to this file.'),
    seed: whole(0, 4_294_967_295, 1).default(1).describe('Seed from which all random numbers of the pipeline are derived.'),
    turns: whole(0, 1_000_000, 3).default(0).describe('The pipeline rests after this many turns. 0: never.'),
    games: keys(
      {
        perTurn: gamesPerTurn.default(200).describe('Games played in one turn.'),
        perItem: whole(1, 1_000_000, 25).default(25).describe('Games of one self-play item.'),
        windowTurns: whole(1, 10_000, 3).default(3).describe('Training reads the games of this many most recent turns.'),
      },
      '{ perTurn: 200, perItem: 25 }',
      'perTurn',
    )
      .prefault({})
      .describe('The number of games, and how they are divided into items.'),
    exploration: exploration.default(0.1).describe('Passed to self-play in its request. 0: always the best move. 1: a random move.'),
    quality: word(['event', 'hold'], 'event')
      .default('event')
      .describe('What follows from bad games of a turn. event: an event. hold: also a pause at once, before a training takes them.'),
    feedback: keys(
      {
        exploration: bounds(exploration, '{ min: 0.05, max: 0.3 }', 'Bounds of the exploration.'),
        games: bounds(gamesPerTurn, '{ min: 100, max: 400 }', 'Bounds of the games of a turn.'),
        intensity: bounds(intensity, '{ min: 0.5, max: 2 }', 'Bounds of the intensity of the training. 1: as the payload trains by itself.'),
      },
      '{ exploration: { min: 0.05, max: 0.3 } }',
    )
      .optional()
      .describe('Bounds of the values that FEEDBACK_LOOP changes after the results of the turns. Without it, no value changes.'),
    ...forEachStageKey((_key, program) => stage(program).describe(stages[program].jobs.purpose)),
    gate: keys(
      {
        elo0: real(-eloMax, eloMax, 0).default(0).describe('Elo difference that does not justify a promotion (H0 of the SPRT).'),
        elo1: real(-eloMax, eloMax, 50).default(50).describe('Elo difference that justifies a promotion (H1 of the SPRT).'),
        alpha: real(0.000_1, 0.5, 0.05).default(0.05).describe('Probability of promoting a candidate that is only elo0 better.'),
        beta: real(0.000_1, 0.5, 0.05).default(0.05).describe('Probability of rejecting a candidate that is elo1 better.'),
        pairsMax: whole(1, pairsMax, 200).default(200).describe('A candidate that is undecided after this many pairs is rejected.'),
        pairsPerItem: whole(1, pairsPerItemMax, 10).default(10).describe('Pairs of one evaluation item.'),
        openings: whole(1, 1_000_000_000, 1_000)
          .optional()
          .describe(
            'How many openings the payload has, numbered from 0. The numbers wrap around, and no match uses one twice. Without it: 1000, or pairsMax if that is more.',
          ),
      },
      '{ elo0: 0, elo1: 50 }',
    )
      .prefault({})
      .describe('The sequential test (SPRT) that a candidate must pass.'),
  },
  '{ name: connect-four, … }',
);

export type PipelineEntry = z.output<typeof pipeline>;
export type StageEntry = PipelineEntry['train'];
