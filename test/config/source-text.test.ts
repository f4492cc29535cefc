/**
 * Tests that text stays text: where the cluster file wants text, a scalar is what stands in the file, or it is refused with the words "put it in quotes".
 * The table has every way in which YAML 1.1 or 1.2 writes a value that is no string.
 */
import { describe, expect, test } from 'vitest';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { faultText } from '../../src/config/fault/fault.ts';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();
const configOf = (text: string) => inspectCluster(text, folder.file, 'cluster.yaml').config;

const digits = ['0', '7', '007', '12', '1_000', '12345678901234567890', '00', '08'];
const numbers: readonly string[] = [
  ...digits.flatMap((text) => [text, `+${text}`, `-${text}`]),
  ...['3.10', '1.0', '.5', '5.', '1e3', '1E3', '1.5e+3', '1e-3', '6.02e23', '0.1e-7'].flatMap((text) => [text, `+${text}`, `-${text}`]),
  ...'0x1F 0xff 0o17 0b101 017 0xDEAD_BEEF .inf -.inf +.INF .Inf .nan .NaN .NAN inf nan'.split(' '),
];
const words = ['true', 'True', 'TRUE', 'false', 'False', 'yes', 'Yes', 'no', 'NO', 'on', 'On', 'off', 'OFF', 'y', 'Y', 'n', 'N'];
const dates = [
  '2024-01-01',
  '2024-01-01T10:00:00Z',
  '2024-1-1',
  '12:30',
  '1:2:3',
  '190:20:30',
  '12:30:45.5',
  '10.10',
  '1.2.3',
  '10.0.0.1',
  '1/2',
  '50%',
];
const nothings = ['~', 'null', 'Null', 'NULL', ''];
const scalars = [...numbers, ...words, ...dates];

describe('a scalar keeps its source text', () => {
  const variables = scalars.map((scalar, index) => [`V${index}`, scalar] as const);
  const written = `{ ${variables.map(([name, scalar]) => `${name}: ${scalar}`).join(', ')} }`;

  test('as a variable, as a word of a command and as the text of an anchor', () => {
    const env = configOf(withPipeline('train', `env: ${written}`))?.pipelines[0]?.train.env;
    expect(env).toEqual(Object.fromEntries(variables));
    expect(configOf(withPipeline('train', `verify: [node, ${scalars.join(', ')}]`))?.pipelines[0]?.train.verify).toEqual(['node', ...scalars]);
    const aliased = configOf(withPipeline('train', 'env: { A: &v 3.10, B: *v }'))?.pipelines[0]?.train.env;
    expect(aliased).toEqual({ A: '3.10', B: '3.10' });
  });

  test('also in a file that calls itself YAML 1.1, and with a tag of text', () => {
    expect(configOf(`%YAML 1.1\n---\n${withPipeline('train', `env: ${written}`)}`)?.pipelines[0]?.train.env).toEqual(Object.fromEntries(variables));
    expect(configOf(withPipeline('train', 'env: { A: !!str 3.10, B: !!int 007 }'))?.pipelines[0]?.train.env).toEqual({
      A: '3.10',
      B: '007',
    });
  });

  test('in every other place of text: names, labels, hosts, users, paths', () => {
    const config = configOf(
      `cluster: 007\nstate: 2024\nnodes:\n  - { id: 0x1f, ssh: { host: 10.10, user: 1e3 }, labels: [3.10, true, 1_0], folder: 00 }\n` +
        'datasets: [{ id: 12345678901234567890, origin: node }]\n',
    );
    expect(config?.cluster).toBe('007');
    expect(config?.state).toMatch(/\/2024$/);
    expect(config?.nodes[0]).toMatchObject({ id: '0x1f', labels: ['3.10', 'true', '1_0'], folder: '00', connect: { host: '10.10', user: '1e3' } });
    expect(config?.datasets[0]?.id).toBe('12345678901234567890');
  });

  test('as the name of a variable: no, on, y and null are names like others', () => {
    expect(configOf(withPipeline('train', 'env: { no: 1, on: 2, y: 3, null: 4, true: 5 }'))?.pipelines[0]?.train.env).toEqual({
      no: '1',
      on: '2',
      y: '3',
      null: '4',
      true: '5',
    });
  });

  test.each(nothings)('the scalar %j has no text, and is refused with the quotes that make it text', (scalar) => {
    const found = inspectCluster(withPipeline('train', `env: { A: ${scalar} }`), folder.file, 'cluster.yaml');
    expect(found.config).toBeUndefined();
    expect(found.faults.map(faultText)).toEqual([
      expect.stringMatching(/^cluster\.yaml:8: pipelines\[0\]\.train\.env\.A: .*; try ".*" \(put it in quotes\) for .*, or leaving the key out$/),
    ]);
    const quoted = /try (".*?") \(put it/.exec(found.faults.map(faultText)[0] ?? '')?.[1] ?? '';
    expect(configOf(withPipeline('train', `env: { A: ${quoted} }`))?.pipelines[0]?.train.env).toEqual({ A: scalar });
  });
});

/** Words whose marks YAML takes for itself: as a person writes a word, and the quoted word that the fault names. */
const marks = [
  ['!', '"!"'],
  ['! x', '"! x"'],
  ['!x', '"!x"'],
  ['!x y', '"!x y"'],
  ['!!', undefined],
  ['&x', '"&x"'],
  ['&x y', '"&x y"'],
  ['&', undefined],
  ['>', '">"'],
  ['|', '"|"'],
  ['>-', '">-"'],
  ['|2', '"|2"'],
] as const;

describe('a scalar that loses its text is refused with the quotes that keep it', () => {
  const block = (word: string): string =>
    withPipeline().replace(
      /train: .*/,
      () => `train:\n      command:\n        - test\n        - ${word}\n        - x\n      env:\n        A: ${word}`,
    );

  test.each(marks)('%s as a word of a command and as a variable', (word, quoted) => {
    const faults = folder.faultsOf(block(word));
    if (quoted === undefined) return expect(faults.length).toBeGreaterThan(0);
    expect(faults).toEqual([
      expect.stringMatching(/^cluster\.yaml:11: pipelines\[0\]\.train\.command\[1\]: /),
      expect.stringMatching(/^cluster\.yaml:1[34]: pipelines\[0\]\.train\.env\.A: /),
    ]);
    for (const fault of faults) expect(fault.split('; try ')[1]).toBe(`${quoted} (put it in quotes)`);
    expect(configOf(block(quoted))?.pipelines[0]?.train).toMatchObject({ command: ['test', word, 'x'], env: { A: word } });
    if (word.startsWith('>') || word.startsWith('|')) return undefined;
    expect(folder.faultsOf(withPipeline('train', `verify: [test, ${word}, x]`))).toEqual([
      expect.stringMatching(/^cluster\.yaml:8: pipelines\[0\]\.train\.verify\[1\]: .* \(put it in quotes\)$/),
    ]);
    return undefined;
  });

  test('in a name, a path and the name of a variable, and not where an alias uses the anchor', () => {
    expect(folder.faultsOf('cluster: ! demo\nstate: &s dir\nnodes: [{ id: a, local: true }]\n')).toEqual([
      'cluster.yaml:1: cluster: ! is a tag in YAML, and no part of the text; try "! demo" (put it in quotes)',
      'cluster.yaml:2: state: &s is an anchor in YAML that no alias uses, and no part of the text; try "&s dir" (put it in quotes)',
    ]);
    expect(folder.faultsOf(withPipeline('train', 'env: { ! A: 1, &b B: 2, &c C: x, D: *c }'))).toEqual([
      expect.stringContaining('env.A: ! is a tag in YAML'),
      expect.stringContaining('env.B: &b is an anchor in YAML'),
    ]);
    expect(folder.faultsOf('cluster: demo\nnodes: [{ id: a, local: true, slots: ! 2 }]')).toEqual([
      expect.stringContaining('nodes[0].slots: the tag ! means nothing here; try the value without it'),
    ]);
  });

  test('the name __proto__ is refused, because its value would vanish', () => {
    expect(folder.faultsOf(withPipeline('train', 'env: { __proto__: x, A: 1 }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.env.__proto__: is not a name that a key may have; try another name',
    ]);
  });
});

test('a number keeps its YAML spelling where the file wants a number, and a spelling with two meanings is refused', () => {
  const slots = (text: string): unknown => configOf(`cluster: demo\nnodes: [{ id: a, local: true, slots: ${text} }]`)?.nodes[0]?.slots;
  expect([slots('2'), slots('0x10'), slots('1e1'), slots('007')]).toEqual([2, 16, 10, 7]);
  expect(folder.faultsOf('cluster: demo\nnodes: [{ id: a, local: true, slots: 1.000 }]')).toEqual([
    'cluster.yaml:2: nodes[0].slots: must be a whole number from 1 to 1024, not "1.000"; try 1000',
  ]);
});
