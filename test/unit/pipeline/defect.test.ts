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
const traceback = (line: string) => `Traceback (most recent call last):\n  File "a.py", line 1\n${line}\n`;

it.each<[string, FailedTry, readonly FailedTry[], boolean]>([
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
  ['a killed process', tried('x.1', 'a', 'bad', 1, 'job.killed'), [tried('x.2', 'b', 'bad', 1, 'job.killed')], false],
])('%s', (_, newest, earlier, is) => expect(stageDefect(newest, earlier) !== undefined).toBe(is));

it('names the nodes, the items and the line', () => {
  const defect = stageDefect(tried('x.1', 'b', traceback('ValueError: bad')), [tried('x.2', 'a', traceback('ValueError: bad'))]);
  expect(defect).toEqual({ nodes: ['a', 'b'], items: ['x.1', 'x.2'], line: 'ValueError: bad' });
});

it('two broken nodes show no defect while other nodes complete the work; two nodes that completed some of it do', () => {
  const tries = [tried('x.1', 'a', 'bad'), tried('x.2', 'b', 'bad')] as const;
  expect(stageDefect(tries[0], [tries[1]], new Set([nodeId('c')]))).toBeUndefined();
  expect(stageDefect(tries[0], [tries[1]], new Set([nodeId('a'), nodeId('b')]))?.nodes).toEqual(['a', 'b']);
});
