import { expect, test } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { lastLineOf, lastLinesOf, likeness, withStderr } from '../../../src/domain/failure/stderr.ts';
import { stderrLineCharsMax, stderrLinesShown } from '../../../src/domain/limits.ts';

const failed = (stderr: string) =>
  withStderr(failureRecord('job.exit-code', { cannot: 'finish x/1', because: 'it ended', hint: { say: 'reading its log' } }), stderr);

test('the last lines are the end of the traceback, without colours, control characters and blank lines', () => {
  const failure = failed('one\ntwo\nthree\n\n  File "a.py", line 3\n\u001B[31mValueError:\tbad\u0007 model\u001B[0m\r\n\n');
  expect(lastLinesOf(failure)).toEqual(['two', 'three', '  File "a.py", line 3', 'ValueError: bad model']);
  expect(lastLineOf(failure)).toBe('ValueError: bad model');
});

test('a failure without stderr has no last line, and a long line is cut', () => {
  expect(lastLinesOf(failed(''))).toEqual([]);
  expect(lastLineOf(failed(''))).toBeUndefined();
  expect(lastLineOf(failed('x'.repeat(5_000)))).toHaveLength(stderrLineCharsMax);
  expect(lastLinesOf(failed('a\nb\nc\nd\ne\nf'))).toHaveLength(stderrLinesShown);
});

const nodeFrames = '    at f (file:///payload/train.js:1:7)\n    at async ModuleLoader.import (node:internal/modules/esm/loader:606:24)';
test.each([
  ['Node.js', `file:///p/train.js:1\nthrow new Error('mistake');\n      ^\n\nError: mistake\n${nodeFrames}\n\nNode.js v20.20.2\n`, 'Error: mistake'],
  [
    'Node.js with fields',
    `Error: no such file\n${nodeFrames} {\n  errno: -2,\n  path: [\n    'x'\n  ]\n}\n\nNode.js v20.20.2\n`,
    'Error: no such file',
  ],
  [
    'Rust',
    "thread 'main' panicked at src/main.rs:2:5:\nbad model\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
    'bad model',
  ],
  [
    'Java',
    'Exception in thread "main" java.lang.RuntimeException: bad\n\tat A.f(A.java:3)\nCaused by: java.io.IOException: gone\n\t... 5 more\n',
    'Caused by: java.io.IOException: gone',
  ],
  ['Julia', 'ERROR: LoadError: bad\nStacktrace:\n [1] error(s::String)\n   @ Base ./error.jl:35\n', 'ERROR: LoadError: bad'],
  ['braces that end no frames', 'what the program saw: {\n}\n', '}'],
  ['a line that begins with a number in brackets', 'begin\n[3] a worker died\n', '[3] a worker died'],
  ['only frames', '    at a (b.js:1:2)\n', '    at a (b.js:1:2)'],
])('the last line is the message of the error: %s', (_, stderr, line) => expect(lastLineOf(failed(stderr))).toBe(line));

test.each([
  ["No such file: '/data/ringmaster/jobs/x.1/2/input/modell'", "No such file: '…/modell'"],
  ["Cannot find module '/tmp/b/learner.js' imported from file:///tmp/b/train.js", "Cannot find module '…/learner.js' imported from …/train.js"],
  ['some of the games are lost, see https://a.example/b and a/b/c', 'some of the games are lost, see https://a.example/b and a/b/c'],
  ['2026-01-31 10:15:00,123 [4711] facade at 0x7f3A of deadbeef01', '0-0-0 0:0:0,0 [0] facade at 0 of 0'],
])('folders, numbers and addresses are left out: %s', (line, expected) => expect(likeness(line)).toBe(expected));
