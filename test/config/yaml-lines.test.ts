/** A line that YAML cannot read is one fault of its own key, whose fix works, and hides no other fault of the file. */
import { expect, test } from 'vitest';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { faultText } from '../../src/config/fault/fault.ts';

const variables = (lines: string): string => `cluster: demo
nodes: [{ id: a, local: true }]
daemons:
  - id: web
    command: [serve]
    node: a
    env:
${lines}
    slotz: 3
`;
const faultsOf = (text: string): readonly string[] => inspectCluster(text, '/lab.yaml').faults.map(faultText);
const unknown = /^\/lab\.yaml:\d+: daemons\[0\]\.slotz: is not a key here/;

test.each([
  ['O', 'a: b'],
  ['MSG', 'hello: world'],
  ['P', '- x'],
  ['Q', '? x'],
  ['U', '@x'],
  ['V', "'x' y"],
  ['W', '"x" y'],
  ['X', '"\\q"'],
  ['Y', '`date`'],
  ['Z', '%x'],
])('the variable %s: %s is one fault with its key and a fix that works, beside the other faults', (key, value) => {
  const [fault = '', ...others] = faultsOf(variables(`      A: x\n      ${key}: ${value}   # why\n      B: y`));
  expect(fault).toContain(`/lab.yaml:9: daemons[0].env.${key}: ${value} is no text in YAML; try `);
  expect(others).toEqual([expect.stringMatching(unknown)]);
  const hint = fault.split('; try ')[1] ?? '';
  expect(faultsOf(variables(`      A: x\n      ${key}: ${hint}   # why\n      B: y`))).toEqual([expect.stringMatching(unknown)]);
});

test('several such lines are several faults, each with its key', () => {
  expect(faultsOf(variables('      A: a: b\n      B: - c\n      C: d')).map((fault) => fault.split(': ')[1])).toEqual([
    'daemons[0].env.A',
    'daemons[0].env.B',
    'daemons[0].slotz',
  ]);
});

test.each(['- "a" b', '- "\\q"', '- a: b: c', '- @x'])('the word %s of a command is one fault whose fix works', (item) => {
  const text = (word: string): string =>
    `cluster: demo\nnodes: [{ id: a, local: true }]\ndaemons:\n  - id: web\n    node: a\n    command:\n      - serve\n      ${word}\n`;
  const [fault = '', ...others] = faultsOf(text(item));
  expect(others).toEqual([]);
  expect(fault).toContain('/lab.yaml:8: daemons[0].command[1]: ');
  expect(faultsOf(text(`- ${fault.split('; try ')[1] ?? ''}`))).toEqual([]);
});

test.each([
  ['cluster:demo', 'cluster: demo'],
  ['cluster = demo', 'cluster: demo'],
  ['cluster=demo', 'cluster: demo'],
])('the line %s is one fault, whose fix is %s', (line, fix) => {
  const rest = '\nnodes: [{ id: a, local: true, slotz: 3 }]\n';
  const [fault = '', ...others] = faultsOf(line + rest);
  expect(fault).toBe(`/lab.yaml:1: cluster: ${line} has no colon with a blank behind its key; try ${fix}`);
  expect(others).toEqual([expect.stringContaining('nodes[0].slotz: is not a key here')]);
  expect(faultsOf(fix + rest)).toEqual(others);
});

test('the marks of a git conflict are named, and each of the two versions alone is good', () => {
  const file = (nodes: string): string => `cluster: demo\n${nodes}`;
  const [ours, theirs] = ['nodes: [{ id: a, local: true }]\n', 'nodes: [{ id: b, local: true }]\n'];
  const faults = faultsOf(file(`<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> main\n`));
  expect(faults.filter((fault) => fault.endsWith('is the mark of a git conflict; try one of the two versions'))).toHaveLength(3);
  for (const version of [ours, theirs]) expect(faultsOf(file(version))).toEqual([]);
});

test.each(['Nodes', 'node'])('the key %s in place of nodes is one fault', (key) => {
  const faults = faultsOf(`cluster: demo\n${key}: [{ id: a, local: true }]\n`);
  expect(faults).toEqual([`/lab.yaml:2: ${key}: is not a key here; try nodes`]);
});

test('a command with a quote that is not closed is one fault, whose fix is the words', () => {
  const text = (command: string): string =>
    `cluster: demo\nnodes: [{ id: a, local: true }]\ndaemons:\n  - id: web\n    command: ${command}\n    node: a\n`;
  const [fault = '', ...others] = faultsOf(text('"node a.js'));
  expect(others).toEqual([]);
  expect(fault).toMatch(/^\/lab\.yaml:5: daemons\[0\]\.command: .*; try \[node, a\.js\]$/);
  expect(faultsOf(text('[node, a.js]'))).toEqual([]);
});

test('two nodes whose ports are faults have no fault about one folder', () => {
  const faults = faultsOf('cluster: demo\nnodes:\n  - { id: a, ssh: { host: h, port: ssh } }\n  - { id: b, ssh: { host: h, port: 0 } }\n');
  expect(faults.map((fault) => fault.split(': ')[1])).toEqual(['nodes[0].ssh.port', 'nodes[1].ssh.port']);
});

test('the fix of an alias before its anchor is a place behind the anchor, and the alias works there', () => {
  const [alias, anchor] = ['  - { id: a, local: true, labels: *gpus }\n', '  - { id: b, ssh: { host: h }, labels: &gpus [gpu] }\n'];
  expect(faultsOf(`cluster: demo\nnodes:\n${alias}${anchor}`)).toEqual([
    '/lab.yaml:3: nodes[0].labels: no anchor &gpus stands before *gpus; try a line below &gpus for *gpus',
  ]);
  expect(faultsOf(`cluster: demo\nnodes:\n${anchor}${alias}`)).toEqual([]);
});
