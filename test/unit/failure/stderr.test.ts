import { expect, test } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { lastLineOf, lastLinesOf, withStderr } from '../../../src/domain/failure/stderr.ts';
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
