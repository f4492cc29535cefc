import { expect, it } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import { stageDefect, type FailedTry } from '../../../src/domain/pipeline/defect.ts';
import { itemId, nodeId } from '../../support/item-spec.ts';

const tried = (item: string, node: string, stderr: string, exitCode = 1, code: FailureCode = 'job.exit-code'): FailedTry => ({
  item: itemId(item),
  node: nodeId(node),
  failure: failureRecord(code, { cannot: 'x', because: 'y', hint: { say: 'z' }, fields: { exitCode, stderr } }),
});
const missing = (item: string, node: string, program = 'pythn'): FailedTry => ({
  item: itemId(item),
  node: nodeId(node),
  failure: failureRecord('job.spawn-failed', { cannot: 'x', because: 'y', hint: { say: 'z' }, fields: { program } }),
});
const refused = (item: string, node: string, code: FailureCode, because: string, stderr = ''): FailedTry => ({
  item: itemId(item),
  node: nodeId(node),
  failure: failureRecord(code, {
    cannot: `accept the outputs of ${item}/1`,
    because,
    hint: { say: 'z' },
    fields: stderr === '' ? { node } : { node, stderr },
  }),
});
const killed = (item: string, node: string, signal?: number, stderr = ''): FailedTry => ({
  item: itemId(item),
  node: nodeId(node),
  failure: failureRecord('job.killed', {
    cannot: `finish ${item}/1 on ${node}`,
    because: signal === undefined ? 'its process is gone' : `its process was ended by signal ${signal}`,
    hint: { say: 'z' },
    fields: { node, stderr, ...(signal === undefined ? {} : { signal }) },
  }),
});
type Row = [string, FailedTry, readonly FailedTry[], boolean];
const traceback = (line: string) => `Traceback (most recent call last):\n  File "a.py", line 1\n${line}\n`;

it.each<Row>([
  [
    'the same exit and last line on two nodes',
    tried('x.1', 'a', traceback('ValueError: bad')),
    [tried('x.2', 'b', traceback('ValueError: bad'))],
    true,
  ],
  ['another last line', tried('x.1', 'a', traceback('ValueError: bad')), [tried('x.2', 'b', traceback('KeyError: k'))], false],
  [
    'two errors of a Node.js program, which writes the same line after every error',
    tried('x.1', 'a', 'Error: one\n    at f (a.js:1:1)\n\nNode.js v20.20.2\n'),
    [tried('x.2', 'b', 'Error: two\n    at f (a.js:1:1)\n\nNode.js v20.20.2\n')],
    false,
  ],
  [
    'a line that names a file of the try',
    tried('x.1', 'a', "no file '/data/ringmaster/jobs/x.1/1/input/modell'"),
    [tried('x.2', 'b', "no file '/srv/ringmaster/jobs/x.2/3/input/modell'")],
    true,
  ],
  ['the same missing program on two nodes', missing('x.1', 'a'), [missing('x.2', 'b')], true],
  [
    'a missing program, in the words of two shells',
    tried('x.1', 'a', 'sh: 1: pythn: not found', 127),
    [tried('x.2', 'b', 'bash: pythn: command not found', 127)],
    true,
  ],
  ['two missing programs', missing('x.1', 'a'), [missing('x.2', 'b', 'nodee')], false],
  ['another exit code', tried('x.1', 'a', 'bad', 1), [tried('x.2', 'b', 'bad', 2)], false],
  ['the same node only', tried('x.1', 'a', 'bad'), [tried('x.2', 'a', 'bad')], false],
  ['no last line, of two items', tried('x.1', 'a', ''), [tried('x.2', 'b', '')], false],
  ['no last line, of one item', tried('x.1', 'a', ''), [tried('x.1', 'b', '')], true],
  ['three tries of one item on one node', tried('x.1', 'a', 'bad'), [tried('x.1', 'a', 'bad'), tried('x.1', 'a', 'bad')], true],
  ['two tries of one item on one node', tried('x.1', 'a', 'bad'), [tried('x.1', 'a', 'bad')], false],
  [
    'the line of a logger, with another time, pid and address in each try',
    tried('x.1', 'a', '2026-01-31 10:15:00,123 [4711] ERROR bad tensor at 0x7f3a11 <Net at 7f00deadbeef>'),
    [tried('x.2', 'b', '2026-02-01 09:03:22,007 [99] ERROR bad tensor at 0x55bc <Net at 5601facade12>')],
    true,
  ],
  ...(
    [
      ['a random id', 'run 3fa85f64-5717-4562-b3fc-2c963f66afa6 failed', 'run 0b0dface-0bad-4bdd-8abc-abcdefabcdef failed'],
      ['a temporary file of Python', "[Errno 2] No such file: '/tmp/tmpk3j2xq_a'", "[Errno 2] No such file: '/tmp/tmpzqf_abxc'"],
      ['a temporary file of mktemp', 'cannot read tmp.Ab3dEfGh1J', 'cannot read tmp.qWeRtYuIoP'],
      ['a weekday and a month', 'Tue Dec  1 00:12:13 bad shape', 'Wed Jan  2 11:00:00 bad shape'],
      ['a number that is none', 'loss nan', 'loss 3.2'],
      ['a number with an exponent', 'step took 1.5e-05 s', 'step took 2.5 s'],
    ] as const
  ).map(([what, one, other]): Row => [`the same line but for ${what}`, tried('x.1', 'a', one), [tried('x.2', 'b', other)], true]),
  ['two errors with the same numbers', tried('x.1', 'a', '[4711] ERROR bad tensor'), [tried('x.2', 'b', '[4711] ERROR bad shape')], false],
  ...(['job.no-output', 'job.bad-manifest', 'job.bad-progress', 'job.verify-failed'] as const).flatMap((code): Row[] => [
    [
      `the same ${code} on two nodes`,
      refused('x.1', 'a', code, 'the file /srv/a/x.1/m.json lacks line 17'),
      [refused('x.2', 'b', code, 'the file /data/x.2/m.json lacks line 3')],
      true,
    ],
    [`${code} for two reasons`, refused('x.1', 'a', code, 'it lists no file'), [refused('x.2', 'b', code, 'it is no JSON')], false],
    [
      `${code} with two last lines`,
      refused('x.1', 'a', code, 'it lists no file', 'ValueError: bad'),
      [refused('x.2', 'b', code, 'it lists no file', 'KeyError: k')],
      false,
    ],
    [`${code} on one node`, refused('x.1', 'a', code, 'it lists no file'), [refused('x.2', 'a', code, 'it lists no file')], false],
  ]),
  ['two of these failures', refused('x.1', 'a', 'job.no-output', 'bad'), [refused('x.2', 'b', 'job.bad-manifest', 'bad')], false],
  ...[4, 6, 7, 8, 11].map((signal): Row => [
    `signal ${signal} of one item on two nodes`,
    killed('x.1', 'a', signal),
    [killed('x.1', 'b', signal)],
    true,
  ]),
  ['three crashes of one item on one node', killed('x.1', 'a', 11), [killed('x.1', 'a', 11), killed('x.1', 'a', 11)], true],
  ['a crash of two items, whose last lines say what they did before', killed('x.1', 'a', 11, 'game 7'), [killed('x.2', 'b', 11, 'game 9')], false],
  ['two signals', killed('x.1', 'a', 11), [killed('x.1', 'b', 6)], false],
  ...[9, 15].map((signal): Row => [
    `signal ${signal}, which the node or a person sends`,
    killed('x.1', 'a', signal),
    [killed('x.1', 'b', signal)],
    false,
  ]),
  ['an end without an exit status', killed('x.1', 'a'), [killed('x.1', 'b')], false],
  ...(['job.hang', 'job.timeout', 'job.lost'] as const).map((code): Row => [
    code,
    refused('x.1', 'a', code, 'bad', 'bad'),
    [refused('x.1', 'b', code, 'bad', 'bad')],
    false,
  ]),
])('%s', (_, newest, earlier, is) => expect(stageDefect(newest, earlier) !== undefined).toBe(is));

it('a stage in which nothing completes stops when two items failed three times each with one exit code, whatever the lines say', () => {
  const lines = ['[alpha] ERROR', 'ValueError: bad', 'KeyError: k', '', 'oops', 'a b c'];
  const tries = lines.map((line, at) => tried(`x.${at % 2}`, at % 3 === 0 ? 'a' : 'b', line));
  const [newest, ...earlier] = tries as [FailedTry, ...FailedTry[]];
  expect(stageDefect(newest, earlier)).toEqual({ nodes: ['a', 'b'], items: ['x.0', 'x.1'], line: '[alpha] ERROR' });
  expect(stageDefect(newest, earlier.slice(1)), 'two tries of an item').toBeUndefined();
  expect(stageDefect(newest, earlier, new Set([nodeId('a')])), 'something completed').toBeUndefined();
  expect(stageDefect(newest, [...earlier, tried('x.2', 'b', 'oops', 2)]), 'another exit code').toBeUndefined();
  // Two broken nodes of four: each item avoids the nodes where it failed, and waits for a good one.
  const twice = [0, 1, 2, 3].flatMap((at) => ['a', 'b'].map((node) => tried(`x.${at}`, node, `${node} ${'line'.repeat(at)}`)));
  expect(stageDefect(twice[0] as FailedTry, twice.slice(1)), 'each item failed twice').toBeUndefined();
  const onA = tries.map((one, at) => tried(one.item, 'a', lines[at] ?? ''));
  expect(stageDefect(onA[0] as FailedTry, onA.slice(2)), 'one node').toBeUndefined();
});

it('a try that an older release recorded, without a reason of its own, is compared by the reason in its message', () => {
  const [newer, former] = [
    refused('x.1', 'a', 'job.no-output', 'it wrote no manifest.json'),
    refused('x.2', 'b', 'job.no-output', 'it wrote no manifest.json'),
  ];
  const { because, ...older } = former.failure;
  expect(stageDefect(newer, [{ ...former, failure: older }])?.line).toBe(because);
});

it('names the nodes, the items and the line', () => {
  const defect = stageDefect(tried('x.1', 'b', traceback('ValueError: bad')), [tried('x.2', 'a', traceback('ValueError: bad'))]);
  expect(defect).toEqual({ nodes: ['a', 'b'], items: ['x.1', 'x.2'], line: 'ValueError: bad' });
  const silent = stageDefect(refused('x.1', 'b', 'job.no-output', 'it wrote no manifest.json'), [
    refused('x.2', 'a', 'job.no-output', 'it wrote no manifest.json'),
  ]);
  expect(silent?.line).toBe('it wrote no manifest.json');
  expect(stageDefect(killed('x.1', 'b', 11, 'game 7'), [killed('x.1', 'a', 11, 'game 9')])?.line).toBe('its process was ended by signal 11');
});

it('two broken nodes show no defect while other nodes complete the work; two nodes that completed some of it do', () => {
  const tries = [tried('x.1', 'a', 'bad'), tried('x.2', 'b', 'bad')] as const;
  expect(stageDefect(tries[0], [tries[1]], new Set([nodeId('c')]))).toBeUndefined();
  expect(stageDefect(tries[0], [tries[1]], new Set([nodeId('a'), nodeId('b')]))?.nodes).toEqual(['a', 'b']);
});
