/**
 * The cluster file as people write it: one zod schema, from which come the faults, the defaults, `docs/cluster.schema.json` and the key
 * table that `docs/cluster-file.md` explains. Every message reads "what; try …". What needs more than one key is in `check-cluster.ts`.
 */
import * as z from 'zod';
import { forEachStageKey, stages } from '../../domain/pipeline/stages.ts';
import { durationPattern, formatDuration, parseDuration } from './duration.ts';

const shown = (input: unknown): string => JSON.stringify(input ?? null).slice(0, 80);
const orMissing = (input: unknown, hint: string, what: string): string =>
  input === undefined ? `is missing; try ${hint}` : `${what}, not ${shown(input)}; try ${hint}`;

/** Text of one line. */
const text = (example: string) =>
  z
    .string({ error: (issue) => orMissing(issue.input, example, 'must be text') })
    .min(1, { error: `is empty; try ${example}` })
    .regex(/^[^\0\r\n]*$/, { error: `must be one line of text; try ${example}` });

/** Names that become parts of ids, marks and file names. */
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

/** Milliseconds out of `30s`. */
const duration = (minMs: number, maxMs: number, example: string) =>
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `${input} has no unit; try ${input}s`
          : orMissing(input, example, 'must be a duration like 500ms, 30s, 10m, 12h or 7d'),
    })
    .regex(durationPattern, { error: ({ input }) => `${shown(input)} is not a duration like 500ms, 30s, 10m, 12h or 7d; try ${example}` })
    .transform((said) => parseDuration(said) ?? Number.NaN)
    .refine((ms) => ms >= minMs && ms <= maxMs, {
      error: `must lie between ${formatDuration(minMs)} and ${formatDuration(maxMs)}; try ${example}`,
    });

const second = 1_000;
const day = 86_400_000;

/** A mapping of known keys; others are faults. */
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

const labels = list(label, 64, '[gpu]').default([]).describe('Words that a stage may ask of a node.');

const environment = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), argument, {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? 'is not the name of a variable; try letters, digits and _'
        : orMissing(issue.input, '{ OMP_NUM_THREADS: 2 }', 'must be a mapping'),
  })
  .default({})
  .describe('Variables for the process. RINGMASTER_… are ours.');

const stage = (program: string) =>
  keys(
    {
      command: command(`[node, "{payload}/${program}.js"]`).describe(
        'Program and arguments, run without a shell. {payload} stands for the payload folder on the node.',
      ),
      verify: command(`[node, "{payload}/verify.js"]`)
        .optional()
        .describe('Run in the job folder after a valid manifest; exit code 0 accepts the outputs.'),
      run: duration(second, 30 * day, '10m')
        .default(600_000)
        .describe('The process may run this long in all.'),
      silent: duration(second, day, '60s')
        .default(60_000)
        .describe('Without a byte on stdout or in the output folder for so long it hangs, and is ended.'),
      selfFence: z
        .union([z.literal('none'), duration(second, day, '2m')], {
          error: (issue) => orMissing(issue.input, '2m', 'must be a duration or none'),
        })
        .default(120_000)
        .describe('The node itself ends the job when nobody has renewed it for so long. `none`: never.'),
      attempts: whole(1, 100, 3).default(3).describe('Tries at one item in all.'),
      slots: whole(1, 1_024, 1).default(1).describe('Slots a job takes on its node.'),
      labels,
      env: environment,
    },
    `{ command: [node, "{payload}/${program}.js"] }`,
  );

const pipeline = keys(
  {
    name: name('connect-four').describe('Part of workflow ids: pipeline/<name>.'),
    payload: text('./payload').describe('Folder at home with the programs; relative to this file.'),
    seed: whole(0, 4_294_967_295, 1).default(1).describe('The one source of randomness.'),
    turns: whole(0, 1_000_000, 3).default(0).describe('The pipeline rests after so many turns. 0: never.'),
    games: keys(
      {
        perTurn: whole(1, 10_000_000, 200).default(200).describe('Games played in one turn.'),
        perItem: whole(1, 1_000_000, 25).default(25).describe('Games of one work item.'),
        windowTurns: whole(1, 10_000, 3).default(3).describe('Training reads the games of so many last turns.'),
      },
      '{ perTurn: 200, perItem: 25 }',
    )
      .prefault({})
      .describe('How many games, in what portions.'),
    exploration: real(0, 1, 0.1).default(0.1).describe('Passed to self-play in its request: 0 plays the best move, 1 at random.'),
    ...forEachStageKey((_key, program) => stage(program).describe(stages[program].jobs.purpose)),
    gate: keys(
      {
        elo0: real(-1_000, 1_000, 0).default(0).describe('Elo difference that is not worth a promotion.'),
        elo1: real(-1_000, 1_000, 50).default(50).describe('Elo difference that is.'),
        alpha: real(0.000_1, 0.5, 0.05).default(0.05).describe('Chance of promoting what is only elo0 better.'),
        beta: real(0.000_1, 0.5, 0.05).default(0.05).describe('Chance of rejecting what is elo1 better.'),
        pairsMax: whole(1, 1_000_000, 200).default(200).describe('Undecided after so many pairs: rejected.'),
        pairsPerItem: whole(1, 100_000, 10).default(10).describe('Pairs of one work item.'),
      },
      '{ elo0: 0, elo1: 50 }',
    )
      .prefault({})
      .describe('The sequential test a candidate must pass.'),
  },
  '{ name: connect-four, … }',
);

const node = keys(
  {
    id: name('gpu-1').describe('Shown everywhere, part of node:<id> and node/<id>.'),
    ssh: keys(
      {
        host: text('gpu-1.example.org').describe('A name for ssh: ~/.ssh/config holds.'),
        port: port(22).optional().describe('Default: what ssh says.'),
        user: text('trainer').optional().describe('Default: what ssh says.'),
        identityFile: text('~/.ssh/id_ed25519').optional().describe('Private key; relative to this file.'),
        knownHostsFile: text('~/.ssh/known_hosts').optional().describe('Host keys; relative to this file.'),
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
      .describe('A node that `ringmaster up` makes on this machine, with its own sshd, user and home.'),
    worker: z
      .enum(['resident', 'none'], { error: (issue) => `must be resident or none, not ${shown(issue.input)}; try none` })
      .default('none')
      .describe('resident: a worker process runs on the node. none: all is done over SSH.'),
    slots: whole(1, 1_024, 2).default(1).describe('Jobs (by their slots) at the same time.'),
    labels,
    folder: text('ringmaster')
      .optional()
      .describe("The node's folder, relative to the login's home. Default: ringmaster/<cluster>; local nodes: <state>/nodes/<id>."),
  },
  '{ id: gpu-1, ssh: { host: gpu-1.example.org } }',
);

const dataset = keys(
  {
    id: name('openings').describe('Name of the tree.'),
    origin: z
      .enum(['home', 'node'], { error: (issue) => orMissing(issue.input, 'home', 'must be home or node') })
      .describe('home: a folder here, pushed to nodes. node: filled by jobs, pulled home.'),
    path: text('./openings').optional().describe('home only: the folder, relative to this file.'),
  },
  '{ id: openings, origin: home, path: ./openings }',
);

export const clusterFileSchema = keys(
  {
    cluster: name('demo', 40).describe('Name of the cluster: marks its processes on every node.'),
    state: text('.state').default('.state').describe('Folder for ledgers, process records and logs; relative to this file.'),
    temporal: keys(
      {
        port: port(7_233).default(7_233).describe('Port of the Temporal server on 127.0.0.1.'),
        uiPort: port(8_233).default(8_233).describe('Port of the Temporal UI on 127.0.0.1.'),
        metricsPort: port(7_235).optional().describe("Port of the server's metrics. Default: port + 2."),
        namespace: name('default', 63).default('default').describe('Temporal namespace.'),
        retention: duration(day, 3_650 * day, '7d')
          .default(7 * day)
          .describe('Closed workflows are kept so long.'),
      },
      '{ port: 7233 }',
    )
      .prefault({})
      .describe('The Temporal server that `up` runs. Not used with TEMPORAL_ADDRESS or a Temporal profile, save namespace and retention.'),
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
          .describe('Without a good probe for so long a node is suspect.'),
        unreachableAfter: duration(second, day, '15s')
          .default(15 * second)
          .describe('… unreachable: it gets no new jobs.'),
        lostAfter: duration(second, 30 * day, '10m')
          .default(600 * second)
          .describe('… lost: its jobs are started elsewhere. Must exceed every selfFence.'),
      },
      '{ lostAfter: 10m }',
    )
      .prefault({})
      .describe('When silence becomes a verdict.'),
    intervals: keys(
      {
        sweep: duration(200, 60 * second, '2s')
          .default(2 * second)
          .describe('How often nodes are looked at.'),
        watch: duration(200, 60 * second, '1s')
          .default(second)
          .describe('How often jobs are looked at.'),
      },
      '{ sweep: 2s }',
    )
      .prefault({})
      .describe('How often we look.'),
    nodes: list(node, 500, '[{ id: here, local: true }]')
      .min(1, { error: 'names no node; try - { id: here, local: true }' })
      .describe('The machines.'),
    datasets: list(dataset, 1_000, '[]').default([]).describe('Trees kept in step.'),
    pipelines: list(pipeline, 100, '[]').default([]).describe('Self-play training loops.'),
  },
  'cluster: demo',
);

export type ClusterFile = z.output<typeof clusterFileSchema>;
export type NodeEntry = z.output<typeof node>;
export type DatasetEntry = z.output<typeof dataset>;
export type PipelineEntry = z.output<typeof pipeline>;
export type StageEntry = PipelineEntry['train'];

/** The schemas of list entries, for `load-cluster.ts`: a fault in one node must not hide what is wrong with another. */
export const entrySchemas = { nodes: node, datasets: dataset, pipelines: pipeline } as const;
