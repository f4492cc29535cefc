/** The suggestion of a fault is what the person meant, and a bound is named where the meant value is beyond it. */
import { expect, test } from 'vitest';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();
const onlyFault = (text: string): string => {
  const faults = folder.faultsOf(text);
  expect(faults).toHaveLength(1);
  return (faults[0] ?? '').replace(/^cluster.yaml:\d+: /, '');
};
const start = 'cluster: demo\nnodes: [{ id: a, local: true }]\n';
const noDuration = (text: string, fix: string): string => `"${text}" is not a duration like 500ms, 30s, 10m, 12h or 7d; try ${fix}`;

test.each([
  ['lostAfter: 1:30', noDuration('1:30', '90s')],
  ['lostAfter: "00:05:00"', noDuration('00:05:00', '5m')],
  ['lostAfter: 1:00:00', noDuration('1:00:00', '1h')],
  ['lostAfter: five minutes', noDuration('five minutes', '5m')],
  ['lostAfter: fünf Minuten', noDuration('fünf Minuten', '5m')],
  ['lostAfter: thirty seconds', noDuration('thirty seconds', '30s')],
  ['lostAfter: 1:75', noDuration('1:75', '10m')],
  ['probe: 5 minutes', 'must lie between 1s and 2m, not "5 minutes"; try 2m'],
  ['probe: 300', 'must lie between 1s and 2m, not "300"; try 2m'],
  ['probe: 0:00', 'must lie between 1s and 2m, not "0:00"; try 1s'],
])('a duration: %s', (limit, fault) => {
  expect(onlyFault(`${start}limits: { ${limit} }`).replace(/^limits\.\w+: /, '')).toBe(fault);
});

test.each([
  ['gamesPerTurn: 800', 'pipelines[].games.perTurn'],
  ['pairsMax: 8', 'pipelines[].gate.pairsMax'],
])('a key by the name that the changes of a file have: %s', (key, place) => {
  const [fault = ''] = folder.faultsOf(withPipeline('', '', `    ${key}\n`)).filter((one) => one.includes('is not a key here'));
  expect(fault).toContain(`is not a key here; try ${place}, where the key belongs`);
});

test('a size beyond its bound', () => {
  expect(onlyFault(`${start}logs: { home: 64 MB }`)).toBe('logs.home: must lie between 1KiB and 16KiB, not "64 MB"; try 16KiB');
});

test.each([
  ['env: [A=1, B=x y]', '["A=1","B=x y"]', '{ A: "1", B: x y }'],
  ['env: [A=1, { B: b }]', '["A=1",{"B":"b"}]', '{ A: "1", B: b }'],
  ['env: A=1 B=2', '"A=1 B=2"', '{ A: "1", B: "2" }'],
  ['env: [A, B]', '["A","B"]', '{ OMP_NUM_THREADS: 2 }'],
])('variables: %s', (env, shown, fix) => {
  expect(onlyFault(withPipeline('train', env))).toBe(`pipelines[0].train.env: must be a mapping, not ${shown}; try ${fix}`);
});

test('one value keeps its text where the file wants a list', () => {
  for (const word of ['true', '3.10', '007'])
    expect(onlyFault(withPipeline('train', `verify: ${word}`))).toBe(`pipelines[0].train.verify: must be a list, not "${word}"; try ["${word}"]`);
});

test('a word with a colon is a mapping in YAML, and the fault has the words of the person', () => {
  for (const verify of ['[curl, -H, Accept: text/html]', '\n        - curl\n        - -H\n        - Accept: text/html'])
    expect(onlyFault(withPipeline().replace(/train: .*/, `train:\n      command: [node]\n      verify: ${verify}`))).toBe(
      'pipelines[0].train.verify[2]: Accept: text/html is a mapping in YAML; try "Accept: text/html" (put it in quotes)',
    );
});
