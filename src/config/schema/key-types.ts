/** The types of the keys of the cluster file. The rule of each key gives its fault and its hint (`refusal`). */
import * as z from 'zod';
import { meantLabel, meantName } from '../../base/meant/meant-name.ts';
import { yamlText } from '../../base/meant/yaml-text.ts';
import { refusal } from '../fault/refusal.ts';
import { durationPattern, parseDuration } from '../../base/duration.ts';
import {
  commandFault,
  durationFault,
  environmentFault,
  listFault,
  mappingFault,
  numberFault,
  orMissing,
  shown,
  sizeFault,
  truthFault,
  wordFault,
} from './key-faults.ts';
import { parseSize, sizePattern } from '../../base/size.ts';

/** The hint for a value that must be text: the one text in a list of one, else the example. */
const meantText = (input: unknown, example: string): string => {
  const [only] = Array.isArray(input) ? (input as readonly unknown[]) : [];
  return typeof only === 'string' ? yamlText(only) : example;
};

/** One line of text. */
export const text = (example: string) =>
  z
    .string({ error: ({ input }) => orMissing(input, example, 'must be text', meantText(input, example)) })
    .min(1, { error: refusal('is empty', example) })
    .regex(/^[^\0\r\n]*$/, { error: refusal('must be one line of text', example) });

/** A part of a path that a shell would replace by the value of a variable. */
const variablePart = /(^|\/)\$(\{\w+\}|[A-Za-z_]\w*)(?=\/|$)/;
const homeOfOther = /^~[^/]/;

/** A path. It is used as it is, but for `~/` at its beginning. */
export const path = (example: string) =>
  text(example)
    .refine((written) => !variablePart.test(written), {
      error: ({ input }) =>
        refusal(`${shown(input)} has a variable, and paths of this file have none`, withoutVariable(String(input)) ?? 'the whole path'),
    })
    .refine((written) => !homeOfOther.test(written), {
      error: ({ input }) => refusal(`${shown(input)} names the home folder of another user, which is not looked up`, 'the whole path'),
    });

/** `~/` is the home folder in this file. */
const withoutVariable = (written: string): string | undefined => {
  const inHome = written.replace(/^\$(HOME|\{HOME\})(?=\/|$)/, '~');
  return variablePart.test(inHome) ? undefined : inHome;
};

/** An address with a port. An IPv6 address is in brackets. */
export const hostPort = (example: string) =>
  text(example).regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/[\]@]+):([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/, {
    error: (issue) => refusal(`${shown(issue.input)} is not HOST:PORT`, example),
  });

/** A name that becomes part of ids, marks and file names. */
export const name = (example: string, lettersMax = 63) =>
  z
    .string({ error: ({ input }) => orMissing(input, example, 'must be a name', meantText(input, example)) })
    .regex(new RegExp(`^[a-z0-9][a-z0-9-]{0,${lettersMax - 1}}$`), {
      error: ({ input }) =>
        refusal(`${shown(input)} is not a name (a-z, 0-9 and -, at most ${lettersMax})`, meantName(String(input), lettersMax) ?? example),
    });

export const whole = (min: number, max: number, example: number) => {
  const error = ({ input }: { readonly input?: unknown }): string => numberFault(input, min, max, example, true);
  return z
    .int({ error })
    .min(min, { error: ({ input }) => refusal(`${shown(input)} is less than ${min}`, String(min)) })
    .max(max, { error: ({ input }) => refusal(`${shown(input)} is more than ${max}`, String(max)) });
};

export const port = (example: number) => whole(1, 65_535, example);

export const real = (min: number, max: number, example: number) =>
  z
    .number({ error: ({ input }) => numberFault(input, min, max, example, false) })
    .min(min, { error: ({ input }) => refusal(`${shown(input)} is less than ${min}`, String(min)) })
    .max(max, { error: ({ input }) => refusal(`${shown(input)} is more than ${max}`, String(max)) });

/** The bounds of a quantity, which stands in the file as text. `unit` is one in which every bound is a whole number. */
export interface QuantityBounds {
  readonly min: number;
  readonly max: number;
  readonly unit: 'ms' | 'KiB';
}
export const quantityBounds = z.registry<QuantityBounds>();

/** Returns the type of a quantity with a unit, which is parsed as a number. */
const quantity =
  (
    pattern: RegExp,
    unit: QuantityBounds['unit'],
    parse: (written: string) => number | undefined,
    fault: (input: unknown, min: number, max: number, example: string) => string,
  ) =>
  (min: number, max: number, example: string) => {
    const error = ({ input }: { readonly input?: unknown }): string => fault(input, min, max, example);
    const isBetween = (value: number | undefined): boolean => value !== undefined && value >= min && value <= max;
    return z
      .string({ error })
      .regex(pattern, { error, abort: true })
      .refine((written) => isBetween(parse(written)), { error })
      .register(quantityBounds, { min, max, unit })
      .transform((written) => parse(written) ?? Number.NaN);
  };

/** A duration such as `30s`, parsed as milliseconds. */
export const duration = quantity(durationPattern, 'ms', parseDuration, durationFault);

/** A size such as `64MiB`, parsed as bytes. */
export const size = quantity(sizePattern, 'KiB', parseSize, sizeFault);

/** A duration, or the word `none`. */
export const durationOrNone = (minMs: number, maxMs: number, example: string) =>
  z.union([z.literal('none'), duration(minMs, maxMs, example)], { error: ({ input }) => durationFault(input, minMs, maxMs, example, true) });

export const truth = () => z.boolean({ error: ({ input }) => truthFault(input) });

/** One of some words. */
export const word = <const Words extends readonly [string, ...string[]]>(words: Words, example: Words[number]) =>
  z.enum(words, { error: ({ input }) => wordFault(input, words, example) });

export const kibibyte = 1024;
export const gibibyte = 1024 ** 3;
export const second = 1_000;
export const minute = 60_000;
export const day = 86_400_000;

/** A mapping of known keys. Any other key is a fault. `first` is the key that a lone value most likely belongs to. */
export const keys = <Shape extends z.core.$ZodLooseShape>(shape: Shape, example: string, first?: string & keyof Shape) =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? mappingFault(issue.input, example, first) : undefined) });

/** `nameKey` is the key of an entry that names it. A mapping from names to entries is a common slip. */
export const list = <Item extends z.ZodType>(item: Item, max: number, example: string, nameKey?: string) =>
  z.array(item, { error: ({ input }) => listFault(input, example, nameKey) }).max(max, { error: refusal(`has more than ${max} entries`, 'fewer') });

const nul = refusal('has a NUL, which ends a text for every program', 'the text without the NUL');

/** In JSON, a number and a boolean are not text. In the cluster file they are, with their source text (`read-node.ts`). */
export const argument = z
  .union([z.string().regex(/^[^\0]*$/, { error: nul }), z.number(), z.boolean()], {
    error: ({ input }) => orMissing(input, '"text"', 'must be text', meantArgument(input)),
  })
  .transform(String);

/** `{payload}` without quotes is a mapping in YAML. */
const meantArgument = (input: unknown): string => {
  const [key, ...others] = typeof input === 'object' && input !== null ? Object.keys(input) : [];
  if (key !== undefined && others.length === 0 && (input as Record<string, unknown>)[key] === null) return `"{${key}}" (put it in quotes)`;
  return typeof input === 'object' && input !== null ? `${JSON.stringify(yamlText(input))} (put it in quotes)` : '"text"';
};

export const command = (example: string) =>
  z
    .array(argument, { error: ({ input }) => commandFault(input, example) })
    .min(1, { error: refusal('names no program', example) })
    .max(1_000, { error: refusal('has more than 1000 words', 'a file in the payload folder for long arguments') });

const labelLettersMax = 63;
export const label = z
  .string({ error: ({ input }) => orMissing(input, 'gpu', 'must be text', meantText(input, 'gpu')) })
  .regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9._=-]{0,${labelLettersMax - 1}}$`), {
    error: ({ input }) =>
      refusal(
        `${shown(input)} is not a label (letters, digits and . _ = -, at most ${labelLettersMax})`,
        meantLabel(String(input), labelLettersMax) ?? 'gpu',
      ),
  });

export const labels = list(label, 64, '[gpu]').default([]).describe('Labels: a job runs only on a node that has all labels of its stage.');

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The name of a secret. Its value is never in the cluster file. */
export const secret = z.union(
  [
    z.strictObject({ fromEnv: z.string().regex(variable).describe('A variable in the environment of `ringmaster up`.') }),
    z.strictObject({ fromFile: path('~/.wandb-token').describe('A file; relative to this file.') }),
  ],
  { error: (issue) => orMissing(issue.input, '{ fromEnv: WANDB_API_KEY }', 'must be fromEnv or fromFile') },
);

export const environment = z
  .record(
    z.string().regex(variable),
    z.union([argument, secret], {
      error: ({ input }) => (typeof input === 'string' ? nul : orMissing(input, '"text"', 'must be text or a secret', meantArgument(input))),
    }),
    {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? refusal('is not the name of a variable', 'letters, digits and _')
          : environmentFault(issue.input, '{ OMP_NUM_THREADS: 2 }'),
    },
  )
  .default({})
  .describe('Environment variables of the process. Ringmaster sets those that begin with RINGMASTER_.');

/** How long a login, a probe and a short command on a node may take: for the whole cluster, and for one node. */
export const reachKeys = {
  login: duration(second, 10 * minute, '30s')
    .optional()
    .describe(
      'A login over SSH must end within this time, and its start-up files within the same time again. Default: 20s, or ConnectTimeout if that is more.',
    ),
  probe: duration(second, 2 * minute, '5s')
    .optional()
    .describe('A probe must end within this time, or it counts as failed. Default: 5s.'),
  command: duration(5 * second, 60 * minute, '20s')
    .optional()
    .describe('A short command of ours on a node must end within this time. Default: 20s.'),
};
