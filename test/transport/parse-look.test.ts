/** Tests what a look makes of the report that a program on the node prints. */
import { expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { parseLook } from '../../src/transport/job/parse-look.ts';

const jobNamed = (item: string): JobRef => ({ item: item as ItemId, epoch: 1 });
const [one, two] = [jobNamed('own.1'), jobNamed('own.2')];
const report = `B boot\nJ jobs/${one.item}/1 running - - 9 0\n line\n par.\nJ jobs/${two.item}/1 ended 0 - 5 0\n E\n J\n.\nO\n a\n b.\nR\n c\n.\n=\nS 7 jobs/${one.item}/1\nE\n`;
const parse = (text: string) => parseLook('here' as NodeId, [one, two], Buffer.from(text), 5);

test('the report of a look has the complete lines of each job, and the position behind them', () => {
  expect(parse(report)).toEqual([
    { job: one, atMs: 5, phase: 'running', bootId: 'boot', stdoutBytes: 9, outputBytes: 7, parts: [['line']], readTo: 5, lastLine: 'line' },
    {
      job: two,
      atMs: 5,
      phase: 'ended',
      exitCode: 0,
      bootId: 'boot',
      stdoutBytes: 5,
      outputBytes: 0,
      parts: [['E', 'J']],
      readTo: 4,
      lastLine: 'J',
      logs: { stdout: 'a\nb', stderr: 'c\n' },
    },
  ]);
});

test('a report that is cut off anywhere is a failed look', () => {
  for (let length = 0; length < report.length - 2; length += 1)
    expect(() => parse(report.slice(0, length))).toThrow(/the end of its report is missing/);
});

test('a report that does not mention a job says nothing about it', () => {
  expect(parse(report.replace(/J jobs\/own\.\d+\/1 ended.*\n/, ''))).toMatchObject([{ job: one }]);
  expect(parse(report.replace(' ended 0 ', ' odd 0 '))).toMatchObject([{ job: one }]);
});

test('a report leaves the middle out when too much is new, and counts behind it', () => {
  const text = `B boot\nJ jobs/${one.item}/1 running - - 900 100\n a\n b\n half.\n> 880\n f a line\n c\n d.\n=\nC jobs/${one.item}/1\nE\n`;
  const [seen] = parseLook('n' as NodeId, [{ ...one, readTo: 100 }], Buffer.from(text), 5);
  expect(seen).toMatchObject({ parts: [['a', 'b'], ['c']], readTo: 880 + 'f a line\nc\n'.length, lastLine: 'c' });
  expect(seen).not.toHaveProperty('outputBytes');
});
