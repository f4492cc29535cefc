/** The types of the keys of the cluster file. The rule of each key gives its fault and its hint (`refusal`). */
import * as z from 'zod';
import { durationPattern, formatDuration, parseDuration } from './duration.ts';
import { formatSize, parseSize, sizePattern } from './size.ts';
import { refusal } from '../fault/refusal.ts';

export const shown = (input: unknown): string => JSON.stringify(input ?? null).slice(0, 80);
export const orMissing = (input: unknown, hint: string, what: string): string =>
  input === undefined ? refusal('is missing', hint) : refusal(`${what}, not ${shown(input)}`, hint);

/** One line of text. */
export const text = (example: string) =>
  z
    .string({ error: (issue) => orMissing(issue.input, example, 'must be text') })
    .min(1, { error: refusal('is empty', example) })
    .regex(/^[^\0\r\n]*$/, { error: refusal('must be one line of text', example) });

/** A name that becomes part of ids, marks and file names. */
export const name = (example: string, lettersMax = 63) =>
  z.string({ error: (issue) => orMissing(issue.input, example, 'must be a name') }).regex(new RegExp(`^[a-z0-9][a-z0-9-]{0,${lettersMax - 1}}$`), {
    error: (issue) => refusal(`${shown(issue.input)} is not a name (a-z, 0-9 and -, at most ${lettersMax})`, example),
  });

export const whole = (min: number, max: number, example: number) =>
  z
    .int({ error: (issue) => orMissing(issue.input, String(example), `must be a whole number from ${min} to ${max}`) })
    .min(min, { error: (issue) => refusal(`${shown(issue.input)} is less than ${min}`, String(example)) })
    .max(max, { error: (issue) => refusal(`${shown(issue.input)} is more than ${max}`, String(example)) });

export const port = (example: number) => whole(1, 65_535, example);

export const real = (min: number, max: number, example: number) =>
  z
    .number({ error: (issue) => orMissing(issue.input, String(example), `must be a number from ${min} to ${max}`) })
    .min(min, { error: (issue) => refusal(`${shown(issue.input)} is less than ${min}`, String(example)) })
    .max(max, { error: (issue) => refusal(`${shown(issue.input)} is more than ${max}`, String(example)) });

/** A duration such as `30s`, parsed as milliseconds. */
export const duration = (minMs: number, maxMs: number, example: string) =>
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? refusal(`${input} has no unit`, `${input}s`)
          : orMissing(input, example, 'must be a duration like 500ms, 30s, 10m, 12h or 7d'),
    })
    .regex(durationPattern, { error: ({ input }) => refusal(`${shown(input)} is not a duration like 500ms, 30s, 10m, 12h or 7d`, example) })
    .transform((written) => parseDuration(written) ?? Number.NaN)
    .refine((ms) => ms >= minMs && ms <= maxMs, {
      error: refusal(`must lie between ${formatDuration(minMs)} and ${formatDuration(maxMs)}`, example),
    });

/** A size such as `64MiB`, parsed as bytes. */
export const size = (minBytes: number, maxBytes: number, example: string) =>
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? refusal(`${input} has no unit`, example) : orMissing(input, example, 'must be a size like 512KiB, 64MiB or 1GiB'),
    })
    .regex(sizePattern, { error: ({ input }) => refusal(`${shown(input)} is not a size like 512KiB, 64MiB or 1GiB`, example) })
    .transform((written) => parseSize(written) ?? Number.NaN)
    .refine((bytes) => bytes >= minBytes && bytes <= maxBytes, {
      error: refusal(`must lie between ${formatSize(minBytes)} and ${formatSize(maxBytes)}`, example),
    });

export const kibibyte = 1024;
export const gibibyte = 1024 ** 3;
export const second = 1_000;
export const minute = 60_000;
export const day = 86_400_000;

/** A mapping of known keys. Any other key is a fault. */
export const keys = <Shape extends z.core.$ZodLooseShape>(shape: Shape, example: string) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? orMissing(issue.input, example, 'must be a mapping of keys') : undefined),
  });

export const list = <Item extends z.ZodType>(item: Item, max: number, example: string) =>
  z
    .array(item, { error: (issue) => orMissing(issue.input, example, 'must be a list') })
    .max(max, { error: refusal(`has more than ${max} entries`, 'fewer') });

export const argument = z
  .union([z.string().regex(/^[^\0]*$/), z.number(), z.boolean()], { error: (issue) => orMissing(issue.input, '"text"', 'must be text') })
  .transform(String);

export const command = (example: string) => list(argument, 1_000, example).min(1, { error: refusal('names no program', example) });

export const label = z.string({ error: (issue) => orMissing(issue.input, 'gpu', 'must be text') }).regex(/^[A-Za-z0-9][A-Za-z0-9._=-]{0,62}$/, {
  error: (issue) => refusal(`${shown(issue.input)} is not a label (letters, digits and . _ = -)`, 'gpu'),
});

export const labels = list(label, 64, '[gpu]').default([]).describe('Labels: a job runs only on a node that has all labels of its stage.');

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The name of a secret. Its value is never in the cluster file. */
export const secret = z.union(
  [
    z.strictObject({ fromEnv: z.string().regex(variable).describe('A variable in the environment of `ringmaster up`.') }),
    z.strictObject({ fromFile: text('~/.wandb-token').describe('A file; relative to this file.') }),
  ],
  { error: (issue) => orMissing(issue.input, '{ fromEnv: WANDB_API_KEY }', 'must be fromEnv or fromFile') },
);

export const environment = z
  .record(
    z.string().regex(variable),
    z.union([argument, secret], { error: (issue) => orMissing(issue.input, '"text"', 'must be text or a secret') }),
    {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? refusal('is not the name of a variable', 'letters, digits and _')
          : orMissing(issue.input, '{ OMP_NUM_THREADS: 2 }', 'must be a mapping'),
    },
  )
  .default({})
  .describe('Environment variables of the process. Ringmaster sets those that begin with RINGMASTER_.');
