/** Tests changes of single values in the text of a cluster file. */
import { describe, expect, test } from 'vitest';
import { type Edit, setValue, unsetValue } from '../../src/config/edit-yaml.ts';

const text = `# our lab
cluster: lab   # the name
nodes:
  - { id: gpu-1, host: gpu-1.lan,  slots: 2 }   # the old one
  - id: gpu.2
    host: "gpu-2.lan"
    slots: 4
pipelines:
  - name: toy
    games: 60     # a turn

    gate:
      pairsMax: 20
    env: { KEY: abc, PY: 3.10, NET: 007, ON: yes, NO: null, AT: 12:30 }
    note:
    list: [ 1_000, 0x1F, ~ ]
`;
const textOf = (edit: Edit): string => ('text' in edit ? edit.text : `because ${edit.because}; try ${edit.hint}`);

describe('set', () => {
  test.each([
    ['cluster', 'lab2', 'cluster: lab   #', 'cluster: lab2   #'],
    ['nodes.gpu-1.slots', '3', 'slots: 2 }', 'slots: 3 }'],
    ['nodes.gpu.2.slots', '1', 'slots: 4', 'slots: 1'],
    ['nodes.gpu.2.host', "'other.lan'", '"gpu-2.lan"', "'other.lan'"],
    ['pipelines.toy.games', '800', 'games: 60     # a turn', 'games: 800     # a turn'],
    ['pipelines.toy.gate.pairsMax', '0x1F', 'pairsMax: 20', 'pairsMax: 0x1F'],
  ])('%s to %s changes nothing else', (path, value, from, to) => {
    expect(textOf(setValue(text, path, value))).toBe(text.replace(from, to));
  });

  test('a key that the file does not have is added to its mapping, and the comments stay', () => {
    const edited = textOf(setValue(text, 'pipelines.toy.seed', '7'));
    expect(edited).toContain('    seed: 7\n');
    for (const kept of ['PY: 3.10, NET: 007, ON: yes, NO: null, AT: 12:30', '1_000, 0x1F, ~', '    note:\n']) expect(edited).toContain(kept);
    for (const comment of ['# our lab', '# the name', '# the old one', '# a turn']) expect(edited).toContain(comment);
    expect(textOf(setValue(text, 'http', '{ port: 9000 }'))).toContain('http: { port: 9000 }');
    expect(textOf(setValue(text, 'limits.lostAfter', '10m'))).toMatch(/\nlimits:\n {2}lostAfter: 10m\n$/);
    expect(textOf(setValue('cluster: lab\n', 'a.b.c', "'3'"))).toBe("cluster: lab\na:\n  b:\n    c: '3'\n");
  });

  test.each([
    ['pipelines.tay.games', '1', 'because pipelines has no entry tay; try toy'],
    ['nodes.gpu-9', '1', 'because nodes has no entry gpu-9; try gpu-1'],
    ['pipeline.toy.games', '1', 'because the file has no key pipeline; try pipelines'],
    ['cluster.name', 'x', 'because cluster has no keys; try set cluster itself'],
    ['cluster', '', 'because there is no value; try `ringmaster config unset` to remove a key'],
    ['pipelines.toy.games', '[1', expect.stringMatching(/^because YAML cannot read it: .*; try quotes around the value$/) as string],
  ])('%s to %j is refused, and the refusal says what to try', (path, value, says) => {
    expect(textOf(setValue(text, path, value))).toEqual(says);
  });
});

test('a value that means something else in its place is written so that it is one value', () => {
  const lists = 'labels: [gpu, big] # two\nkey: [1]\n';
  for (const [value, seen] of [
    ['a, b', '[ "a, b", big ] # two'],
    ['x ]', '[ "x ]", big ] # two'],
    ['slow', '[slow, big] # two'],
  ] as const)
    expect(textOf(setValue(lists, 'labels.0', value))).toContain(`labels: ${seen}\n`);
  expect(textOf(setValue('a: |\n  two\n  lines\nb: 1\n', 'a', 'one'))).toBe('a: one\nb: 1\n');
  expect(textOf(setValue('a: x # note\nb: 1\n', 'a', '"x # y"'))).toBe('a: "x # y" # note\nb: 1\n');
});

test('a value under an anchor that no other key takes is changed in its place', () => {
  const anchored = 'limits: &usual\n  lostAfter: &lost 10m\nhttp: { port: &port 1 }\nagain: *port\n';
  expect(textOf(setValue(anchored, 'limits.lostAfter', '12m'))).toMatch(/^limits: &usual\n {2}lostAfter: (&lost )?12m$/m);
  expect(textOf(unsetValue(anchored, 'limits.lostAfter'))).toMatch(/^limits: &usual/);
  expect(textOf(setValue(anchored, 'http.port', '2'))).toContain('because other keys take its value (&port)');
});

test('a value that other keys take is refused', () => {
  const aliased = 'a: &top 5\nb: *top\nc: &all { x: 1 }\nd: { <<: *all, y: 2 }\n';
  const refused = (anchor: string): string => `because other keys take its value (&${anchor}); try the cluster file, in an editor`;
  expect(textOf(setValue(aliased, 'a', '6'))).toBe(refused('top'));
  expect(textOf(unsetValue(aliased, 'a'))).toBe(refused('top'));
  expect(textOf(setValue(aliased, 'c.x', '6'))).toBe(refused('all'));
  expect(textOf(unsetValue(aliased, 'c.x'))).toBe(refused('all'));
  expect(textOf(setValue(aliased, 'b', '6'))).toBe(aliased.replace('*top', '6'));
  expect(textOf(setValue(aliased, 'd.x', '6'))).toContain('d: { <<: *all, y: 2, x: 6 }');
});

test.each([
  ['x # y', '# y is a comment', '"x # y"'],
  ['#ff0000', '#ff0000 is a comment', '"#ff0000"'],
  ['! x', '! is a tag', '"! x"'],
  ['!x', '!x is a tag', '"!x"'],
  ['&x y', '&x is an anchor', '"&x y"'],
  ['*x', '*x is an alias', '"*x"'],
  ['|', 'this begins a block of text', '"|"'],
])('the value %s would lose a part of its text, and is refused with the quotes that keep it', (value, what, quoted) => {
  const refused = setValue('a: 1\n', 'a', value);
  expect(textOf(refused)).toBe(`because ${what} in YAML, and no part of the value; try '${quoted}', the value in quotes`);
  expect(textOf(setValue('a: 1\n', 'a', quoted))).toBe(`a: ${quoted}\n`);
});

test('a part of a list or a mapping is refused in the same way, and no value and a part without a name too', () => {
  expect(textOf(setValue('a: 1\n', 'a', '[test, !, -e]'))).toBe('because ! is a tag in YAML, and no part of the value; try quotes around that part');
  for (const nothing of ['---', '...', ' ', '\t']) expect(textOf(setValue('a: 1\n', 'a', nothing))).toContain('because there is no value');
  for (const path of ['', 'a.', '.a']) expect(textOf(setValue('a: 1\n', path, 'x'))).toContain('because a part of the key is empty');
});

test('the mark and the line ends of the file stay, and a file that YAML cannot read is named', () => {
  for (const lineEnd of ['\r\n', '\r'])
    for (const mark of ['', '\uFEFF']) {
      const formed = (lines: string): string => mark + lines.replaceAll('\n', lineEnd);
      expect(textOf(setValue(formed('a: 1 # one\nb: [x,  y]\n'), 'a', '2'))).toBe(formed('a: 2 # one\nb: [x,  y]\n'));
      expect(textOf(setValue(formed('a: 1 # one\n'), 'b', '2'))).toBe(formed('a: 1 # one\nb: 2\n'));
      expect(textOf(unsetValue(formed('a: 1 # one\nb: 2\n'), 'b'))).toBe(formed('a: 1 # one\n'));
    }
  expect(textOf(setValue('a:\n\tb: 1\n', 'a', '2'))).toMatch(
    /^because YAML cannot read the file: .*; try `ringmaster check`, and mending the file first$/,
  );
});

test('a file whose aliases stand for many values is changed', () => {
  const many = `n: &n { a: 1 }\nlist:\n${'  - { <<: *n, b: 2 }\n'.repeat(300)}k: 1 # one\n`;
  expect(textOf(setValue(many, 'k', '2'))).toBe(many.replace('k: 1', 'k: 2'));
});

describe('unset', () => {
  test('a key goes, and the others stay', () => {
    const edited = textOf(unsetValue(text, 'pipelines.toy.gate'));
    expect(edited).not.toContain('pairsMax');
    expect(edited).toContain('games: 60 # a turn');
  });
  test('a whole entry of a list goes', () => {
    expect(textOf(unsetValue(text, 'nodes.gpu-1'))).not.toContain('gpu-1');
  });
  test('a key that is not there is refused', () => {
    expect(textOf(unsetValue(text, 'http'))).toBe('because the file does not have this key; try nothing: the key has its default');
  });
});
