/** Tests that the documents, the schema file and the examples agree with the loader. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterJsonSchema } from '../../src/config/schema/json-schema.ts';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { repository } from '../support/repository.ts';

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: Schema | boolean;
}

/** Returns each greatest number and each greatest length of a list in the schema, as `key 1,000`. */
function maximaOf({ maximum, maxItems, properties = {}, anyOf = [], items, additionalProperties }: Schema, key = ''): readonly string[] {
  const inner = [...anyOf, ...(items === undefined ? [] : [items]), ...(typeof additionalProperties === 'object' ? [additionalProperties] : [])];
  return [
    // JSON Schema gives every whole number the bounds of a safe integer.
    ...[maximum, maxItems].flatMap((most = Infinity) => (most < Number.MAX_SAFE_INTEGER ? [`${key} ${most.toLocaleString('en-US')}`] : [])),
    ...Object.entries(properties).flatMap(([name, form]) => maximaOf(form, name)),
    ...inner.flatMap((form) => maximaOf(form, key)),
  ];
}

function keysOf(schema: Schema): readonly { readonly key: string; readonly described: boolean }[] {
  const here = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    { key, described: inner.description !== undefined },
    ...keysOf(inner),
  ]);
  return [...here, ...(schema.items === undefined ? [] : keysOf(schema.items))];
}

test('docs/cluster.schema.json is current (to write it: node dist/src/config/schema/write-json-schema.js docs/cluster.schema.json)', () => {
  expect(read('docs/cluster.schema.json')).toBe(clusterJsonSchema());
});

test('docs/cluster-file.md explains each key, and the schema describes it', () => {
  const keys = keysOf(JSON.parse(clusterJsonSchema()) as Schema);
  expect(keys.length).toBeGreaterThan(60);
  const documented = read('docs/cluster-file.md');
  // Every key must have a description. When two keys share a schema object, zod may drop the description of one key.
  expect(keys.filter(({ described }) => !described).map(({ key }) => key)).toEqual([]);
  expect([...new Set(keys.map(({ key }) => key))].filter((key) => !documented.includes(`\`${key}`))).toEqual([]);
});

test('the limits in docs/cluster-file.md have each maximum of the schema', () => {
  const maxima = new Set(maximaOf(JSON.parse(clusterJsonSchema()) as Schema));
  expect(maxima.size).toBeGreaterThan(30);
  const rows = (/\n## Limits\n([^]*?)\n## /.exec(read('docs/cluster-file.md'))?.[1] ?? '').split('\n').map((line) => line.split(' | '));
  const isDocumented = (maximum: string): boolean => {
    const [key = '', most = ''] = maximum.split(' ');
    return rows.some(([what = '', limit = '']) => new RegExp(`\\b${key}\\b`).test(what) && limit.split(/, | /).includes(most));
  };
  expect([...maxima].filter((maximum) => !isDocumented(maximum))).toEqual([]);
});

test.each([
  ['slots: 1024', 'slots: 1025', 'limits.setting-too-large'],
  ['turns: 1000000', 'turns: 1000001', 'limits.setting-too-large'],
  ['run: 30d', 'run: 31d', undefined],
])('the code of %s plus one is that of docs/cluster-file.md', (good, beyond, code) => {
  const own = good.startsWith('turns');
  const codesOf = (value: string): readonly unknown[] =>
    inspectCluster(
      `cluster: x\nnodes: [{ id: a, local: true }]\npipelines: [{ name: cf, payload: p, ${own ? value : 'turns: 1'}, train: { command: [x], ${own ? 'slots: 1' : value} } }]`,
      '/nowhere/cluster.yaml',
    ).faults.flatMap(({ what, ...fault }) => (/is more than|must lie between/.test(what) ? [fault.code] : []));
  expect([codesOf(good), codesOf(beyond)]).toEqual([[], [code]]);
});

test('the example in docs/cluster-file.md has no faults except missing folders and files', () => {
  const example = /```yaml\n(# cluster\.yaml\n[^]*?)```/.exec(read('docs/cluster-file.md'))?.[1];
  const { faults } = inspectCluster(example ?? '', '/nowhere/cluster.yaml');
  expect(example).toBeDefined();
  expect(faults.map(({ what }) => what).filter((what) => !/is not a (folder|file)$/.test(what))).toEqual([]);
});

test('examples/cluster.demo.yaml has no faults once the payload is built, and has three practice nodes, one with a resident worker', () => {
  const { faults } = inspectCluster(read('examples/cluster.demo.yaml'), join(repository, 'examples/cluster.demo.yaml'));
  expect(faults.filter(({ path }) => path[0] !== 'pipelines')).toEqual([]);
  expect(faults.filter(({ what }) => !/is not a folder$|is not in /.test(what))).toEqual([]);
  const { nodes } = parse(read('examples/cluster.demo.yaml')) as {
    readonly nodes: readonly { readonly id: string; readonly worker?: string; readonly practice?: { readonly port: number } }[];
  };
  expect(nodes.map(({ id, worker, practice }) => [id, worker ?? 'none', practice?.port])).toEqual([
    ['a', 'resident', 22101],
    ['b', 'none', 22102],
    ['c', 'none', 22103],
  ]);
});
