/** Tests the faults that concern a single key, and the faults of the YAML syntax. */
import { describe, expect, test } from 'vitest';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();

describe('a fault of one key has a line and a remedy', () => {
  test.each([
    ['nodes: [{ id: a, local: true }]', 'cluster.yaml:1: cluster: is missing; try demo'],
    ['cluster: demo', 'cluster.yaml:1: nodes: is missing; try [{ id: here, local: true }]'],
    ['cluster: demo\nnodes: []', 'cluster.yaml:2: nodes: names no node; try - { id: here, local: true }'],
    ['cluster: Demo\nnodes: [{ id: a, local: true }]', 'cluster.yaml:1: cluster: "Demo" is not a name (a-z, 0-9 and -, at most 40); try demo'],
    ['cluster: demo\nnodes:\n  - id: a\n    local: true\n    slotz: 2', 'cluster.yaml:5: nodes[0].slotz: is not a key here; try slots'],
    ['cluster: demo\nnodes:\n  - id: a\n    local: true\n    slots: 0', 'cluster.yaml:5: nodes[0].slots: 0 is less than 1; try 1'],
    [
      'cluster: demo\nnodes:\n  - id: a\n    local: true\n    slots: 1.5',
      'cluster.yaml:5: nodes[0].slots: must be a whole number from 1 to 1024, not 1.5; try 2',
    ],
    ['cluster: demo\nnodes: [{ id: a, ssh: { host: x, port: 70000 } }]', 'cluster.yaml:2: nodes[0].ssh.port: 70000 is more than 65535; try 65535'],
    [
      'cluster: demo\nnodes: [{ id: a, local: true, worker: remote }]',
      'cluster.yaml:2: nodes[0].worker: must be resident or none, not "remote"; try none',
    ],
    ['cluster: demo\nnodes: [{ id: a, local: true, labels: gpu }]', 'cluster.yaml:2: nodes[0].labels: must be a list, not "gpu"; try [gpu]'],
    ['cluster: demo\nnodes: [{ id: a, local: true }]\nlimits:\n  suspectAfter: 5', 'cluster.yaml:4: limits.suspectAfter: 5 has no unit; try 5s'],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\nlimits:\n  suspectAfter: soon',
      'cluster.yaml:4: limits.suspectAfter: "soon" is not a duration like 500ms, 30s, 10m, 12h or 7d; try 5s',
    ],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\ntemporal: { retention: 1h }',
      'cluster.yaml:3: temporal.retention: must lie between 1d and 3650d, not 1h; try 1d',
    ],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\nzzz: 1',
      'cluster.yaml:3: zzz: is not a key here; try one of cluster, state, temporal, http, limits, intervals, backups, retention, logs, secrets, allowRootLocal, nodes, datasets, pipelines, alerts, daemons',
    ],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\ndaemons: [{ id: d, node: a, command: [sh, "a\\0b"] }]',
      'cluster.yaml:3: daemons[0].command[1]: has a NUL, which ends a text for every program; try the text without the NUL',
    ],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\ndaemons: [{ id: d, node: a, command: [sh], env: { A: "a\\0b" } }]',
      'cluster.yaml:3: daemons[0].env.A: has a NUL, which ends a text for every program; try the text without the NUL',
    ],
    ['- a\n- b', 'cluster.yaml:1: must be a mapping of keys, not ["a","b"]; try cluster: demo'],
    ['', 'cluster.yaml:1: the file is empty; try two lines as a start: `cluster: demo` and `nodes: [{ id: here, local: true }]`'],
  ])('%j', (text, fault) => {
    expect(folder.faultsOf(text)).toEqual([fault]);
  });

  test('of a stage: another spelling of a key, a command that is text, a name that is not a variable', () => {
    expect(folder.faultsOf(withPipeline('train', 'self_fence: 1m'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.self_fence: is not a key here; try selfFence',
    ]);
    expect(folder.faultsOf(withPipeline('train', 'verify: node verify.js'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.verify: must be a list, not "node verify.js"; try [node, verify.js]',
    ]);
    expect(folder.faultsOf(withPipeline('train', 'env: { "A-B": 1 }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.env.A-B: is not the name of a variable; try letters, digits and _',
    ]);
  });

  test('of the YAML: a syntax error, and a key that occurs twice', () => {
    expect(folder.faultsOf('cluster: demo\nnodes: [{ id: a }')).toEqual([
      'cluster.yaml:2: nodes: [ is not closed; try the closing one, on this line or below it',
    ]);
    expect(folder.faultsOf('cluster: demo\ncluster: other\nnodes: [{ id: a, local: true }]')).toEqual([
      'cluster.yaml:2: cluster: is there already (line 1); try keeping one of them',
    ]);
  });
});
