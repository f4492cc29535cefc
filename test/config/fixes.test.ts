/** The fix of a fault in the cluster file works when the words after "try" are written in place of the wrong words. */
import { expect, test } from 'vitest';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';
import { followFixes } from './follow-fixes.ts';

const folder = new ClusterFolder();
const nodes = 'nodes: [{ id: a, local: true }]';
const train = (value: string): string => withPipeline().replace(/train: .*/, () => `train: ${value}`);

/** Cluster files. The wrong words stand between « and ». */
const files: readonly string[] = [
  `cluster: «My Lab»\n${nodes}`,
  `cluster: «Demo»\n${nodes}`,
  'cluster: demo\nnodes: [{ id: a, local: true, «slotz»: 2 }]',
  'cluster: demo\nnodes: [{ id: a, local: true, slots: «0» }]',
  'cluster: demo\nnodes: [{ id: a, local: true, slots: «1.5» }]',
  'cluster: demo\nnodes: [{ id: a, ssh: { host: x, port: «70000» } }]',
  'cluster: demo\nnodes: [{ id: a, ssh: { host: x, port: «99999999999999999999999» } }]',
  'cluster: demo\nnodes: [{ id: a, ssh: { host: x }, slots: «99999999999999999999999» }]',
  `cluster: demo\n${nodes}\nstate: «$HOME/x»`,
  `cluster: demo\n${nodes}\nstate: "«\${HOME}/x»"`,
  'cluster: demo\nnodes: [{ id: a, ssh: { host: x }, folder: «$HOME/x» }]',
  'cluster: demo\nnodes: [{ id: a, local: true, worker: «remote» }]',
  'cluster: demo\nnodes: [{ id: a, local: true, labels: «gpu» }]',
  'cluster: demo\nnodes: [{ id: a, local: true, nodeProgram: «bin/node» }]',
  `cluster: demo\n${nodes}\nlimits: { lostAfter: «5 minutes» }`,
  `cluster: demo\n${nodes}\nlimits: { suspectAfter: «5» }`,
  `cluster: demo\n${nodes}\nlimits: { suspectAfter: «soon» }`,
  `cluster: demo\n${nodes}\ntemporal: { retention: «1h» }`,
  `cluster: demo\n${nodes}\ntemporal: { reachableAs: «home.example.org» }`,
  `cluster: demo\n${nodes}\nlogs: { stdout: «ten» }`,
  withPipeline('train', '«self_fence»: 1m'),
  withPipeline('train', 'verify: «node verify.js»'),
  train('{ command: [node, «{payload}»] }'),
  ...['node {payload}/run.js', 'node "{payload}/run.js" --flag: y', '{payload}/run.js --y', 'node run.js > out.txt'].map((command) =>
    train(`\n      command: «${command}»`),
  ),
  ...['~', 'null', ''].map((value) => withPipeline('train', `env: { KEY: «${value}» }`)),
];

test.each(files.map((file) => [/«.*»/.exec(file)?.[0], file]))('%s', (_, marked) => {
  const [fault = '', ...more] = folder.faultsOf(marked.replaceAll(/[«»]/g, ''));
  expect(more).toEqual([]);
  const [, fix] = /; try (.*?)(?: \(put it in quotes\).*)?$/.exec(fault) ?? [];
  expect(fix, fault).toBeDefined();
  expect(folder.faultsOf(marked.replace(/«.*»/, () => fix ?? ''))).toEqual([]);
});

const limits = (text: string, more = ''): string => `cluster: demo\n${nodes}\nlimits: { ${text} }\n${more}`;
const gate = (elo0: number, elo1: number): string => withPipeline('', '', `    gate: { elo0: ${elo0}, elo1: ${elo1} }`);

test.each([
  limits('suspectAfter: 20s, unreachableAfter: 20s, lostAfter: 10s'),
  limits('suspectAfter: 1s, unreachableAfter: 1s, lostAfter: 1s'),
  limits('suspectAfter: 20s, unreachableAfter: 5s, lostAfter: 10s'),
  limits('suspectAfter: 20s, unreachableAfter: 5s, lostAfter: 20001ms'),
  limits('suspectAfter: 5m'),
  limits('suspectAfter: 9m, lostAfter: 10m'),
  limits('suspectAfter: 10m'),
  limits('suspectAfter: 9h'),
  limits('suspectAfter: 23h, lostAfter: 30d'),
  limits('suspectAfter: 1d'),
  limits('suspectAfter: 1d, unreachableAfter: 1d, lostAfter: 30d'),
  limits('unreachableAfter: 1d'),
  limits('probe: 2m, lostAfter: 5m'),
  limits('probe: 2m, suspectAfter: 2m'),
  limits('probe: 2m, lostAfter: 1m'),
  limits('suspectAfter: 1m, lostAfter: 1m', withPipeline('train', 'selfFence: 1d').replace(/cluster.*\nnodes:\n.*\n/, '')),
  limits('lostAfter: 15s', withPipeline().replace(/cluster.*\nnodes:\n.*\n/, '')),
  limits('probe: 30s, lostAfter: 40s', withPipeline().replace(/cluster.*\nnodes:\n.*\n/, '')),
  ...[
    [960, 960],
    [1000, 1000],
    [1000, -1000],
    [-1000, -1000],
    [999, 0],
  ].map(([elo0 = 0, elo1 = 0]) => gate(elo0, elo1)),
])('all fixes together mend %s', (text) => {
  expect(followFixes(text, folder.file)).toBeGreaterThan(0);
});
