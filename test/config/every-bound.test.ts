/**
 * Every bound of the cluster file, derived from its schema: the greatest and the least value are taken, and one more or one less is refused with the key. A key
 * that the schema gains is tested without a row of its own.
 */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { clusterFileSchema } from '../../src/config/schema/cluster-schema.ts';
import { type QuantityBounds, quantityBounds } from '../../src/config/schema/key-types.ts';
import { ClusterFolder } from './cluster-folder.ts';

const folder = new ClusterFolder();
type Path = readonly (string | number)[];

interface Form {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly quantity?: QuantityBounds;
  readonly properties?: Readonly<Record<string, Form>>;
  readonly items?: Form;
  readonly additionalProperties?: Form | boolean;
  readonly anyOf?: readonly Form[];
}

const schema = z.toJSONSchema(clusterFileSchema, {
  io: 'input',
  override: ({ zodSchema, jsonSchema }) => {
    const bounds = quantityBounds.get(zodSchema as unknown as z.ZodType);
    if (bounds !== undefined) Object.assign(jsonSchema, { quantity: bounds });
  },
}) as Form;

interface Bound {
  readonly path: Path;
  /** A value at the bound, and one beyond it. */
  readonly at: unknown;
  readonly beyond: unknown;
  readonly says: RegExp;
}

/** Returns the bounds of a key and of the keys below it. An entry of a list has the index 0. */
function boundsOf(form: Form, path: Path): readonly Bound[] {
  const { properties = {}, items, anyOf = [], additionalProperties } = form;
  return [
    ...ownBounds(form, path),
    ...anyOf.flatMap((one) => boundsOf(one, path)),
    ...Object.entries(properties).flatMap(([key, below]) => boundsOf(below, [...path, key])),
    ...(items === undefined ? [] : boundsOf(items, [...path, 0])),
    ...(typeof additionalProperties === 'object' ? boundsOf(additionalProperties, [...path, 'A']) : []),
  ];
}

const unitOf = { ms: 1, KiB: 1_024 } as const;
const lettersOf = /\{0,(\d+)\}\$$/;

function ownBounds({ minimum, maximum, maxItems, pattern, quantity, items }: Form, path: Path): readonly Bound[] {
  const bound = (at: unknown, beyond: unknown, says: RegExp): Bound => ({ path, at, beyond, says });
  const bounds: Bound[] = [];
  // JSON Schema gives every whole number the bounds of a safe integer.
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    bounds.push(bound(maximum, maximum + 1, new RegExp(`is more than ${maximum}$|must lie between`)));
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER)
    bounds.push(bound(minimum, minimum - 1, new RegExp(`is less than ${minimum}$|must lie between`)));
  if (quantity !== undefined) {
    const { min, max, unit } = quantity;
    const written = (value: number): string => `${value}${unit}`;
    const [least, most] = [min / unitOf[unit], max / unitOf[unit]];
    bounds.push(bound(written(most), written(most + 1), /must lie between/));
    if (least > 0) bounds.push(bound(written(least), written(least - 1), /must lie between|is not a/));
  }
  const letters = lettersOf.exec(pattern ?? '')?.[1];
  if (letters !== undefined)
    bounds.push(bound('x'.repeat(Number(letters) + 1), 'x'.repeat(Number(letters) + 2), new RegExp(`at most ${Number(letters) + 1}`)));
  if (maxItems !== undefined) {
    const entry = exampleOf(path, items);
    bounds.push(
      bound(
        Array.from({ length: maxItems }, () => entry),
        Array.from({ length: maxItems + 1 }, () => entry),
        new RegExp(`more than ${maxItems} (entries|words)`),
      ),
    );
  }
  return bounds;
}

const stage = { command: ['true'] };
const whole: Readonly<Record<string, unknown>> = {
  cluster: 'demo',
  nodes: [{ id: 'a', ssh: { host: 'a' } }],
  datasets: [{ id: 'd', origin: 'node' }],
  secrets: [{ fromEnv: 'A' }],
  pipelines: [{ name: 'cf', payload: 'payload', selfPlay: stage, train: stage, evaluate: stage }],
  daemons: [{ id: 'w', command: ['true'], node: 'a' }],
};

function exampleOf([part, ...rest]: Path, items: Form | undefined): unknown {
  const entries = rest.length === 0 && part !== undefined ? whole[part] : undefined;
  if (Array.isArray(entries)) return entries[0] as unknown;
  return items?.properties === undefined ? 'x' : {};
}

/** Returns the file with this value, and with the entries that the value needs around it. */
function fileWith(path: Path, value: unknown, on: unknown = whole): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'number') return [fileWith(rest, value, (Array.isArray(on) ? on : [])[part])];
  const before = typeof on === 'object' && on !== null && !Array.isArray(on) ? (on as Readonly<Record<string, unknown>>) : {};
  return { ...before, [part]: fileWith(rest, value, before[part]) };
}

const textOf = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1);
const refusalsOf = ({ path, says }: Bound, value: unknown): readonly string[] =>
  inspectCluster(JSON.stringify(fileWith(path, value)), folder.file)
    .faults.filter((fault) => textOf(fault.path) === textOf(path) && says.test(fault.what))
    .map(({ what }) => what);

const all = boundsOf(schema, []);

test('the schema has bounds for numbers, durations, sizes, names and lists', () => {
  const kinds = new Set(
    all.map(({ at }) =>
      Array.isArray(at)
        ? 'list'
        : typeof at === 'number'
          ? 'number'
          : /^\d+ms$/.test(String(at))
            ? 'duration'
            : String(at).endsWith('KiB')
              ? 'size'
              : 'name',
    ),
  );
  expect([...kinds].toSorted((a, b) => a.localeCompare(b))).toEqual(['duration', 'list', 'name', 'number', 'size']);
  expect(all.map(({ path }) => textOf(path))).toEqual(
    expect.arrayContaining([
      'intervals.sweep',
      'retention.games',
      'nodes[0].ssh.port',
      'temporal.port',
      'http.port',
      'logs.home',
      'daemons[0].health.every',
      'pipelines[0].gate.elo1',
    ]),
  );
});

test.each(all.map((bound): [string, Bound] => [`${textOf(bound.path)}: ${JSON.stringify(bound.beyond).slice(0, 40)}`, bound]))(
  '%s is refused by name, and the bound is taken',
  (_, bound) => {
    const refused = refusalsOf(bound, bound.beyond);
    expect(
      refused,
      JSON.stringify(
        inspectCluster(JSON.stringify(fileWith(bound.path, bound.beyond)), folder.file)
          .faults.slice(0, 3)
          .map(({ path, what }) => [textOf(path), what]),
      ).slice(0, 500),
    ).toHaveLength(1);
    expect(refusalsOf(bound, bound.at)).toEqual([]);
  },
);
