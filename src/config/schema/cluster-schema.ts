/**
 * The cluster file as people write it. This one zod schema gives the faults of single keys, the defaults and `docs/cluster.schema.json`;
 * `docs/cluster-file.md` explains its keys. Every message has the form "what; try …". Faults that need more than one key are in `check-cluster.ts`.
 */
import * as z from 'zod';
import { forEachStageKey, stages } from '../../domain/pipeline/stages.ts';
import { durationPattern, formatDuration, parseDuration } from './duration.ts';

const shown = (input: unknown): string => JSON.stringify(input ?? null).slice(0, 80);
const orMissing = (input: unknown, hint: string, what: string): string =>
  input === undefined ? `is missing; try ${hint}` : `${what}, not ${shown(input)}; try ${hint}`;

/** One line of text. */
const text = (example: string) =>
  z
    .string({ error: (issue) => orMissing(issue.input, example, 'must be text') })
    .min(1, { error: `is empty; try ${example}` })
    .regex(/^[^\0\r\n]*$/, { error: `must be one line of text; try ${example}` });

/** A name that becomes part of ids, marks and file names. */
const name = (example: string, lettersMax = 63) =>
  z.string({ error: (issue) => orMissing(issue.input, example, 'must be a name') }).regex(new RegExp(`^[a-z0-9][a-z0-9-]{0,${lettersMax - 1}}$`), {
    error: (issue) => `${shown(issue.input)} is not a name (a-z, 0-9 and -, at most ${lettersMax}); try ${example}`,
  });

const whole = (min: number, max: number, example: number) =>
  z
    .int({ error: (issue) => orMissing(issue.input, String(example), `must be a whole number from ${min} to ${max}`) })
    .min(min, { error: (issue) => `${shown(issue.input)} is less than ${min}; try ${example}` })
    .max(max, { error: (issue) => `${shown(issue.input)} is more than ${max}; try ${example}` });

const port = (example: number) => whole(1, 65_535, example);

const real = (min: number, max: number, example: number) =>
  z
    .number({ error: (issue) => orMissing(issue.input, String(example), `must be a number from ${min} to ${max}`) })
    .min(min, { error: (issue) => `${shown(issue.input)} is less than ${min}; try ${example}` })
    .max(max, { error: (issue) => `${shown(issue.input)} is more than ${max}; try ${example}` });

/** A duration such as `30s`, parsed as milliseconds. */
const duration = (minMs: number, maxMs: number, example: string) =>
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `${input} has no unit; try ${input}s`
          : orMissing(input, example, 'must be a duration like 500ms, 30s, 10m, 12h or 7d'),
    })
    .regex(durationPattern, { error: ({ input }) => `${shown(input)} is not a duration like 500ms, 30s, 10m, 12h or 7d; try ${example}` })
    .transform((written) => parseDuration(written) ?? Number.NaN)
    .refine((ms) => ms >= minMs && ms <= maxMs, {
      error: `must lie between ${formatDuration(minMs)} and ${formatDuration(maxMs)}; try ${example}`,
    });

const second = 1_000;
const day = 86_400_000;

/** A mapping of known keys. Any other key is a fault. */
const keys = <Shape extends z.core.$ZodLooseShape>(shape: Shape, example: string) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? orMissing(issue.input, example, 'must be a mapping of keys') : undefined),
  });

const list = <Item extends z.ZodType>(item: Item, max: number, example: string) =>
  z
    .array(item, { error: (issue) => orMissing(issue.input, example, 'must be a list') })
    .max(max, { error: `has more than ${max} entries; try fewer` });

const argument = z
  .union([z.string().regex(/^[^\0]*$/), z.number(), z.boolean()], { error: (issue) => orMissing(issue.input, '"text"', 'must be text') })
  .transform(String);

const command = (example: string) => list(argument, 1_000, example).min(1, { error: `names no program; try ${example}` });

const label = z
  .string({ error: (issue) => orMissing(issue.input, 'gpu', 'must be text') })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._=-]{0,62}$/, { error: (issue) => `${shown(issue.input)} is not a label (letters, digits and . _ = -); try gpu` });

const labels = list(label, 64, '[gpu]').default([]).describe('Labels: a job runs only on a node that has all labels of its stage.');

const environment = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), argument, {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? 'is not the name of a variable; try letters, digits and _'
        : orMissing(issue.input, '{ OMP_NUM_THREADS: 2 }', 'must be a mapping'),
  })
  .default({})
  .describe('Environment variables of the process. Ringmaster sets those that begin with RINGMASTER_.');

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
      selfFence: z
        .union([z.literal('none'), duration(second, day, '2m')], {
          error: (issue) => orMissing(issue.input, '2m', 'must be a duration or none'),
        })
        .default(120_000)
        .describe('The node itself ends the job when Ringmaster has not renewed it for this long. `none`: never.'),
      attempts: whole(1, 100, 3).default(3).describe('The most tries at one item.'),
      slots: whole(1, 1_024, 1).default(1).describe('Slots that a job takes on its node.'),
      labels,
      env: environment,
    },
    `{ command: [node, "{payload}/${program}.js"] }`,
  );

const pipeline = keys(
  {
    name: name('connect-four').describe('Part of workflow ids: pipeline/<name>.'),
    payload: text('./payload').describe('Folder with the programs, on this machine; relative to this file.'),
    seed: whole(0, 4_294_967_295, 1).default(1).describe('Seed from which all random numbers of the pipeline are derived.'),
    turns: whole(0, 1_000_000, 3).default(0).describe('The pipeline rests after this many turns. 0: never.'),
    games: keys(
      {
        perTurn: whole(1, 10_000_000, 200).default(200).describe('Games played in one turn.'),
        perItem: whole(1, 1_000_000, 25).default(25).describe('Games of one self-play item.'),
        windowTurns: whole(1, 10_000, 3).default(3).describe('Training reads the games of this many most recent turns.'),
      },
      '{ perTurn: 200, perItem: 25 }',
    )
      .prefault({})
      .describe('The number of games, and how they are divided into items.'),
    exploration: real(0, 1, 0.1).default(0.1).describe('Passed to self-play in its request. 0: always the best move. 1: a random move.'),
    ...forEachStageKey((_key, program) => stage(program).describe(stages[program].jobs.purpose)),
    gate: keys(
      {
        elo0: real(-1_000, 1_000, 0).default(0).describe('Elo difference that does not justify a promotion (H0 of the SPRT).'),
        elo1: real(-1_000, 1_000, 50).default(50).describe('Elo difference that justifies a promotion (H1 of the SPRT).'),
        alpha: real(0.000_1, 0.5, 0.05).default(0.05).describe('Probability of promoting a candidate that is only elo0 better.'),
        beta: real(0.000_1, 0.5, 0.05).default(0.05).describe('Probability of rejecting a candidate that is elo1 better.'),
        pairsMax: whole(1, 1_000_000, 200).default(200).describe('A candidate that is undecided after this many pairs is rejected.'),
        pairsPerItem: whole(1, 100_000, 10).default(10).describe('Pairs of one evaluation item.'),
      },
      '{ elo0: 0, elo1: 50 }',
    )
      .prefault({})
      .describe('The sequential test (SPRT) that a candidate must pass.'),
  },
  '{ name: connect-four, … }',
);

const node = keys(
  {
    id: name('gpu-1').describe('Id of the node; part of the names node:<id> and node/<id>.'),
    ssh: keys(
      {
        host: text('gpu-1.example.org').describe('Host as ssh takes it; ~/.ssh/config applies.'),
        port: port(22).optional().describe('Default: the port in ~/.ssh/config, else 22.'),
        user: text('trainer').optional().describe('Default: the user in ~/.ssh/config, else your own.'),
        identityFile: text('~/.ssh/id_ed25519').optional().describe('Private key file; relative to this file.'),
        knownHostsFile: text('~/.ssh/known_hosts').optional().describe('File with the known host keys; relative to this file.'),
      },
      '{ host: gpu-1.example.org }',
    )
      .optional()
      .describe('A machine reached over SSH.'),
    local: z
      .literal(true, { error: (issue) => `must be true, not ${shown(issue.input)}; try local: true` })
      .optional()
      .describe('This machine.'),
    practice: keys({ port: port(22_101).describe('Port of its sshd on 127.0.0.1.') }, '{ port: 22101 }')
      .optional()
      .describe('A node that `ringmaster up` makes on this machine, with an sshd, a user and a home folder of its own.'),
    worker: z
      .enum(['resident', 'none'], { error: (issue) => `must be resident or none, not ${shown(issue.input)}; try none` })
      .default('none')
      .describe('resident: a worker process runs on the node. none: everything is done over SSH.'),
    slots: whole(1, 1_024, 2).default(1).describe('Slots of the node: the jobs that run on it at the same time take no more than this.'),
    labels,
    folder: text('ringmaster')
      .optional()
      .describe("The node's folder, relative to the login's home folder. Default: ringmaster/<cluster>; for a local node <state>/nodes/<id>."),
  },
  '{ id: gpu-1, ssh: { host: gpu-1.example.org } }',
);

const dataset = keys(
  {
    id: name('openings').describe('Id of the dataset.'),
    origin: z
      .enum(['home', 'node'], { error: (issue) => orMissing(issue.input, 'home', 'must be home or node') })
      .describe('home: a folder on this machine that is pushed to the nodes. node: filled by jobs on the nodes and pulled home.'),
    path: text('./openings').optional().describe('Only for origin home: the folder, relative to this file.'),
  },
  '{ id: openings, origin: home, path: ./openings }',
);

/** The state folder when the cluster file names none, relative to the file. */
export const stateFolderDefault = '.state';

export const clusterFileSchema = keys(
  {
    cluster: name('demo', 40).describe('Name of the cluster. It marks the processes of the cluster on every node.'),
    state: text(stateFolderDefault).default(stateFolderDefault).describe('Folder for ledgers, process records and logs; relative to this file.'),
    temporal: keys(
      {
        port: port(7_233).default(7_233).describe('Port of the Temporal server on 127.0.0.1.'),
        uiPort: port(8_233).default(8_233).describe('Port of the Temporal UI on 127.0.0.1.'),
        metricsPort: port(7_235).optional().describe("Port of the server's metrics. Default: port + 2."),
        namespace: name('default', 63).default('default').describe('Temporal namespace.'),
        retention: duration(day, 3_650 * day, '7d')
          .default(7 * day)
          .describe('How long closed workflows are kept.'),
      },
      '{ port: 7233 }',
    )
      .prefault({})
      .describe('The Temporal server that `up` starts. With TEMPORAL_ADDRESS or a Temporal profile only namespace and retention are used.'),
    http: keys(
      {
        host: text('127.0.0.1').default('127.0.0.1').describe('Address to listen on.'),
        port: port(8_790).default(8_790).describe('Port of HTTP and the web page.'),
      },
      '{ port: 8790 }',
    )
      .prefault({})
      .describe('HTTP and the web page.'),
    limits: keys(
      {
        suspectAfter: duration(second, day, '5s')
          .default(5 * second)
          .describe('A node is suspect after this long without a good probe.'),
        unreachableAfter: duration(second, day, '15s')
          .default(15 * second)
          .describe('A node is unreachable after this long without a good probe. It gets no new jobs.'),
        lostAfter: duration(second, 30 * day, '10m')
          .default(600 * second)
          .describe('A node is lost after this long without a good probe. Its items are started elsewhere. Must exceed every selfFence.'),
      },
      '{ lostAfter: 10m }',
    )
      .prefault({})
      .describe('How long a node may be silent before its state changes.'),
    intervals: keys(
      {
        sweep: duration(200, 60 * second, '2s')
          .default(2 * second)
          .describe('How often nodes are probed.'),
        watch: duration(200, 60 * second, '1s')
          .default(second)
          .describe('How often jobs are probed.'),
      },
      '{ sweep: 2s }',
    )
      .prefault({})
      .describe('How often nodes and jobs are probed.'),
    nodes: list(node, 500, '[{ id: here, local: true }]')
      .min(1, { error: 'names no node; try - { id: here, local: true }' })
      .describe('The machines of the cluster.'),
    datasets: list(dataset, 1_000, '[]').default([]).describe('Trees of files that are kept in sync.'),
    pipelines: list(pipeline, 100, '[]').default([]).describe('Self-play training loops.'),
  },
  'cluster: demo',
);

export type ClusterFile = z.output<typeof clusterFileSchema>;
/** Returns the port of the server's metrics: the one that the file names, otherwise the default. */
export const metricsPortOf = ({ port: serverPort, metricsPort }: ClusterFile['temporal']): number => metricsPort ?? serverPort + 2;

export type NodeEntry = z.output<typeof node>;
export type DatasetEntry = z.output<typeof dataset>;
export type PipelineEntry = z.output<typeof pipeline>;
export type StageEntry = PipelineEntry['train'];

/** The schemas of list entries. `load-cluster.ts` checks each entry by itself, so that a fault in one node does not hide the faults of another. */
export const entrySchemas = { nodes: node, datasets: dataset, pipelines: pipeline } as const;
