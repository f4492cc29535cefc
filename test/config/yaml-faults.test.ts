/** Tests the faults of the text of a cluster file: its bytes, its YAML, its aliases. One fault hides no other, and each stands at its own line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { inspectCluster, loadCluster } from '../../src/config/load-cluster.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();
const here = 'nodes: [{ id: a, local: true }]\n';

const refused = (bytes: string | Uint8Array): string => {
  writeFileSync(folder.file, bytes);
  try {
    loadCluster(folder.file);
  } catch (error) {
    if (error instanceof RingmasterError) return `${error.message}\n${error.hint?.say ?? ''}`;
    throw error;
  }
  return 'accepted';
};

describe('commands', () => {
  test.each([
    ['command: node {payload}/run.js', '[node, "{payload}/run.js"]'],
    ['command: node "{payload}/run.js" --flag: y', '[node, "{payload}/run.js", "--flag:", y]'],
    ['command: "node" run.js', '[node, run.js]'],
    ['command: {payload}/run.py --y', '["{payload}/run.py", --y]'],
    ['command: node run.js > out.txt', '[sh, -c, node run.js > out.txt]'],
    ["command: sh -c 'a; b'", '[sh, -c, a; b]'],
  ])('%s is one fault with the list written out, in lines of its own and in braces', (line, list) => {
    const block = withPipeline().replace(/train: .*/, `train:\n      ${line}`);
    expect(folder.faultsOf(block)).toEqual([expect.stringMatching(/^cluster.yaml:9: pipelines\[0\].train.command: must be a list, not ".*"; try /)]);
    expect(folder.faultsOf(block)[0]?.split('; try ')[1]).toBe(list);
    if (line.includes('"node"') || line.includes(': y')) return;
    const flow = withPipeline().replace(/train: .*/, `train: { ${line}, run: 5 minutes }`);
    expect(folder.faultsOf(flow)).toEqual([
      expect.stringMatching(/^cluster.yaml:8: pipelines\[0\].train.command: must be a list/),
      expect.stringMatching(/^cluster.yaml:8: pipelines\[0\].train.run: .*; try 5m$/),
    ]);
  });

  test('words with braces in a list get quotes', () => {
    expect(folder.faultsOf(withPipeline().replace(/train: .*/, 'train: { command: [node, {payload}/run.js, --d={payload}] }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train: command: {payload}/run.js has a brace, and YAML reads that as a mapping; try "{payload}/run.js"',
      'cluster.yaml:8: pipelines[0].train: command: --d={payload} has a brace, and YAML reads that as a mapping; try "--d={payload}"',
    ]);
    expect(folder.faultsOf(withPipeline().replace(/train: .*/, 'train: { command: [node, {payload}] }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.command[1]: must be text, not {"payload":null}; try "{payload}" (put it in quotes)',
    ]);
  });
});

describe('a blank that is none', () => {
  const file = 'cluster: demo\nnodes:\n  - id: a\n    ssh: { host: gpu-1 }\n    slots: 2 # slots\n';
  test.each([
    ['behind a key', 'slots: 2', 'slots:\u00A02', 'a no-break space (U+00A0)', 'a blank in its place, or quotes around the text'],
    ['in the indentation', '    slots', '\u00A0   slots', 'a no-break space (U+00A0)', 'a blank in its place, or quotes around the text'],
    ['behind a value', 'gpu-1 }', 'gpu-1\u00A0}', 'a no-break space (U+00A0)', 'a blank in its place, or quotes around the text'],
    ['in a key', 'slots: 2', 'slo\u200Bts: 2', 'an invisible character (U+200B)', 'the line without it, or quotes around the text'],
    ['in a value', 'slots: 2', 'slots: \u30002', 'an odd blank (U+3000)', 'a blank in its place, or quotes around the text'],
  ])('%s is one fault that names it', (_where, good, bad, called, fix) => {
    expect(folder.faultsOf(file)).toEqual([]);
    expect(folder.faultsOf(file.replace(good, bad))).toEqual([expect.stringMatching(/^cluster.yaml:[45]: nodes\[0\]\S*: has a/) as string]);
    expect(folder.faultsOf(file.replace(good, bad))[0]).toContain(`: has ${called}, which YAML takes for a letter; try ${fix}`);
  });
  test('in quotes and in a comment it is text, and a fault shows its code', () => {
    expect(folder.faultsOf(file.replace('# slots', '#\u00A0slots').replace('slots: 2', 'slots: 2\n    folder: "a\u00A0b"'))).toEqual([]);
    expect(folder.faultsOf(file.replace('gpu-1', '"gpu-1\u200B"'))).toEqual([
      String.raw`cluster.yaml:4: nodes[0].ssh.host: "gpu-1\u200b" is no name of a host; try gpu-1.example.org`,
    ]);
  });
});

test('a path with a variable or with the home folder of another user is refused, and one with a dollar in a name is not', () => {
  const file = (path: string): string => `cluster: demo\nstate: ${path}\n${here}`;
  const variable = (path: string, fix: string): string =>
    `cluster.yaml:2: state: "${path}" has a variable, and paths of this file have none; try ${fix}`;
  for (const [path = '', fix = ''] of [
    ['$HOME/x', '~/x'],
    ['$DATA', 'the whole path'],
    ['/data/$USER/x', 'the whole path'],
  ])
    expect(folder.faultsOf(file(path))).toEqual([variable(path, fix)]);
  expect(folder.faultsOf(file('~bob/x'))).toEqual([
    'cluster.yaml:2: state: "~bob/x" names the home folder of another user, which is not looked up; try the whole path',
  ]);
  for (const path of ['x$', './a$b/c', './$(x)', '~/x', './~bob']) expect(folder.faultsOf(file(path))).toEqual([]);
});

test('a folder of a local node in `~/` is in the home folder', () => {
  const { config } = inspectCluster('cluster: demo\nnodes: [{ id: a, local: true, folder: ~/x }]\n', folder.file);
  expect(config?.nodes[0]?.folder).toBe(`${homedir()}/x`);
});

test('a list, a mapping or a single value of the wrong form gets a hint with the right form', () => {
  expect(
    folder.faultsOf(
      'cluster: My Lab\nnodes:\n  a: { ssh: x }\nhttp: 8790\nlimits: [{ lostAfter: 5 minutes }]\nlogs: { stdout: 64 MB }\ntemporal: { requireKey: yes, server: extern }\nbackups: { every: never }\n',
    ),
  ).toEqual([
    'cluster.yaml:1: cluster: "My Lab" is not a name (a-z, 0-9 and -, at most 40); try my-lab',
    'cluster.yaml:2: nodes: must be a list, not {"a":{"ssh":"x"}}; try [{ id: a, ssh: x }]',
    'cluster.yaml:4: http: must be a mapping of keys, not 8790; try { port: 8790 }',
    'cluster.yaml:5: limits: must be a mapping of keys, not [{"lostAfter":"5 minutes"}]; try { lostAfter: 5 minutes }',
    'cluster.yaml:6: logs.stdout: "64 MB" is not a size like 512KiB, 64MiB or 1GiB; try 64MiB',
    'cluster.yaml:7: temporal.server: must be own or external, not "extern"; try external',
    'cluster.yaml:7: temporal.requireKey: must be true or false, not "yes"; try true',
    'cluster.yaml:8: backups.every: "never" is not a duration like 500ms, 30s, 10m, 12h or 7d or none; try none',
  ]);
  expect(
    folder.faultsOf('cluster: demo\nnodes:\n  - { id: a, ssh: trainer@gpu-1:2222, worker: residnt }\n  - { id: b, local: no, host: x }\n'),
  ).toEqual([
    'cluster.yaml:3: nodes[0].ssh: must be a mapping of keys, not "trainer@gpu-1:2222"; try { host: gpu-1, user: trainer, port: 2222 }',
    'cluster.yaml:3: nodes[0].worker: must be resident or none, not "residnt"; try resident',
    'cluster.yaml:4: nodes[1].local: must be true, not "no"; try leaving the key out',
    expect.stringContaining('cluster.yaml:4: nodes[1].host: is not a key here; try nodes[].ssh.host'),
  ]);
});

test('a comma in a number, a list and a mapping where text or a list of text is wanted', () => {
  expect(folder.faultsOf(withPipeline('train', 'env: { A: [1, 2], B: { x: 1 } }', '    games: { perTurn: 10,500, perItem: 5000 }'))).toEqual([
    'cluster.yaml:8: pipelines[0].train.env.A: must be text or a secret, not [1,2]; try "[1, 2]" (put it in quotes)',
    'cluster.yaml:8: pipelines[0].train.env.B: must be text or a secret, not {"x":1}; try "{ x: 1 }" (put it in quotes)',
    'cluster.yaml:10: pipelines[0].games.perTurn: 10,500 is 10 here, because a comma ends a value in braces; try 10500',
  ]);
  expect(folder.faultsOf('cluster: demo\nnodes: [{ id: a, local: true, labels: { gpu: true, kind: a100 } }]\ndatasets: openings\n')).toEqual([
    'cluster.yaml:2: nodes[0].labels: must be a list, not {"gpu":true,"kind":"a100"}; try [gpu, kind=a100]',
    'cluster.yaml:3: datasets: must be a list, not "openings"; try [{ id: openings }]',
  ]);
});

test('a fault of one block of the YAML hides no fault of another', () => {
  expect(
    folder.faultsOf(
      'cluster: demo\nnodes:\n  - id: a\n    local: true\n    slots: [1\n  - id: b\n    local: tru\n    labels: gpu, cuda\nlimits:\n\tsuspectAfter: 5\nhttp: { port: "x }\nintervals: { sweep: 5 }\n',
    ),
  ).toEqual([
    'cluster.yaml:5: nodes[0]: [ is not closed; try the closing one, on this line or below it',
    'cluster.yaml:7: nodes[1].local: must be true, not "tru"; try true',
    'cluster.yaml:8: nodes[1].labels: must be a list, not "gpu, cuda"; try [gpu, cuda]',
    'cluster.yaml:10: limits.suspectAfter: begins with a tab, and YAML takes only spaces there; try spaces',
    'cluster.yaml:10: limits.suspectAfter: 5 has no unit; try 5s',
    'cluster.yaml:11: http: " is not closed; try the closing one, on this line or below it',
    'cluster.yaml:12: intervals.sweep: 5 has no unit; try 5s',
  ]);
});

test('a key that occurs twice, a second document, a strange tag and a wrong alias are faults of their own lines', () => {
  expect(folder.faultsOf(`cluster: demo\ncluster: x\nstate: !secret s\nhttp: *htp\n${here}---\na: 1\n`)).toEqual([
    'cluster.yaml:2: cluster: is there already (line 1); try keeping one of them',
    'cluster.yaml:3: state: !secret is a tag in YAML, and no part of the text; try "!secret s" (put it in quotes)',
    'cluster.yaml:4: http: no anchor &htp stands before *htp; try "*htp" (put it in quotes) for the text',
    'cluster.yaml:6: a second document begins here (---); try one file for each cluster',
  ]);
});

test('a file of 300 nodes with anchors and merge keys is read, and its own keys come before merged ones', () => {
  const first = '  - &n { id: n0, ssh: &s { host: h0, user: u, port: 22 }, labels: &l [a, b], slots: 2 }\n';
  const others = Array.from({ length: 299 }, (_, k) => `  - { <<: *n, id: n${k + 1}, ssh: { <<: [*s], host: h${k + 1} }, labels: *l }\n`).join('');
  const { config, faults } = inspectCluster(`cluster: demo\nnodes:\n${first}${others}`, folder.file);
  expect(faults).toEqual([]);
  expect(config?.nodes).toHaveLength(300);
  expect(config?.nodes[299]).toMatchObject({ id: 'n299', slots: 2, labels: ['a', 'b'], connect: { host: 'h299', user: 'u', port: 22 } });
  expect(folder.faultsOf(`cluster: demo\nnodes:\n  - { <<: 5, id: a, local: true }\n`)).toEqual([
    'cluster.yaml:3: nodes[0].<<: merges something that is no mapping; try <<: *NAME of a mapping',
  ]);
});

test('aliases that would fill the memory, an alias inside itself and endless nesting are refused with one sentence', () => {
  const laughs = Array.from(
    { length: 12 },
    (_, k) => `b${k}: &b${k} [${Array.from({ length: 9 }, () => (k === 0 ? 'x' : `*b${k - 1}`)).join(', ')}]\n`,
  ).join('');
  expect(folder.faultsOf(laughs)).toEqual([
    expect.stringMatching(
      /^cluster.yaml:\d+: the aliases of this file stand for more than 200000 values; try fewer aliases of things that have aliases$/,
    ),
  ]);
  expect(folder.faultsOf(`cluster: demo\n${here}datasets: &d [*d]\n`)).toEqual([
    'cluster.yaml:3: datasets[0]: *d stands inside its own anchor &d; try another place for one of them',
  ]);
  expect(folder.faultsOf(`cluster: demo\n${here}datasets: ${'['.repeat(20_000)}\n`)).toEqual([
    'cluster.yaml:3: datasets: is nested too deep; try a flat list or mapping',
  ]);
});

describe('bytes', () => {
  test('a mark at the beginning and the line ends of Windows and of old Macs change nothing', () => {
    expect(refused(`\uFEFFcluster: demo\r\n${here}`)).toBe('accepted');
    expect(refused(`cluster: demo\rnodes: [{ id: a, local: true }]\r`)).toBe('accepted');
  });

  test('bytes that are not UTF-8 are a fault of their line, and the rest is checked too', () => {
    expect(refused(Buffer.concat([Buffer.from('cluster: demo\n# K'), Buffer.from([0xf6]), Buffer.from('ln\nnodes: []\n')]))).toMatch(
      /2 faults[^]*cluster.yaml:2: has bytes that are not UTF-8; try saving the file as UTF-8[^]*cluster.yaml:3: nodes: names no node/,
    );
    expect(refused(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`cluster: demo\n${here}`, 'utf16le')]))).toMatch(
      /it has a fault[^]*cluster.yaml:1: the file is UTF-16; try saving it as UTF-8/,
    );
    expect(refused(Buffer.from(`cluster: demo\nstate: a\0b\n${here}`))).toMatch(/cluster.yaml:2: .*the file has a NUL byte/);
  });

  test('an empty file, a folder and a file that is too large', () => {
    expect(refused('')).toContain('cluster.yaml:1: the file is empty; try two lines as a start');
    mkdirSync(`${folder.path}/conf`);
    expect(() => loadCluster(`${folder.path}/conf`)).toThrow(/is a folder/);
    expect(refused('#'.repeat(4 * 1024 * 1024 + 1))).toContain('larger than 4 MiB');
  });
});
