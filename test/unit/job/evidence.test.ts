/**
 * Tests the evidence table. The table decides how a process ended, from the exit status, the signal, words on stderr and the free space. Every
 * combination that has a row is tested.
 */
import { describe, expect, it } from 'vitest';
import { classOf, type FailureCode } from '../../../src/domain/failure/table.ts';
import type { ItemId, NodeId } from '../../../src/domain/ids.ts';
import { type EndEvidence, evidenceOf, failureOfEnd, needsDiskSpace } from '../../../src/domain/job/evidence.ts';
import type { JobObservation } from '../../../src/domain/job/job.ts';
import { freshMemory, judgeJob } from '../../../src/domain/job/verdict.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';

const job = { item: 'cf.1.self-play.0' as ItemId, epoch: 2 };
const node = 'b' as NodeId;
const seen: JobObservation = { job, atMs: 0, phase: 'ended', bootId: 'boot', stdoutBytes: 0, outputBytes: 0, parts: [], readTo: 0, lastLine: '' };
const context = { job, node, bootId: 'boot', startTicks: 0, passedMs: 0, limits: { runSecondsMax: 60, silentSecondsMax: 60 } };
const noSpace = 'write: No space left on device';
const inotify = 'Error: ENOSPC: System limit for number of file watchers reached, watch src';

describe('the failure of a process that ended', () => {
  it.each<[string, EndEvidence, FailureCode, Readonly<Record<string, unknown>>, string]>([
    ['by itself', { exitCode: 3 }, 'job.exit-code', { exitCode: 3 }, 'its program ended with exit code 3'],
    ['by itself, with the greatest code before a signal', { exitCode: 128 }, 'job.exit-code', { exitCode: 128 }, 'exit code 128'],
    ['by itself, with a code above all signals', { exitCode: 193 }, 'job.exit-code', { exitCode: 193 }, 'exit code 193'],
    [
      'by a signal',
      { exitCode: 137 },
      'job.killed',
      { signal: 9 },
      'ended by signal 9; try reading its log (after signal 9, look at the memory of the node too): ringmaster job logs cf.1.self-play.0/2',
    ],
    ['by the greatest signal', { exitCode: 192 }, 'job.killed', { signal: 64 }, 'ended by signal 64'],
    ['with its supervisor', {}, 'job.killed', {}, 'left no exit status'],
    ['with words, on a scarce disk', { exitCode: 1, stderr: noSpace, diskFreeBytes: 5e8 }, 'job.disk-full', { exitCode: 1 }, 'its disk is full; try'],
    ['with the words of Node, on a scarce disk', { exitCode: 1, stderr: 'Error: ENOSPC: no space', diskFreeBytes: 5e8 }, 'job.disk-full', {}, ''],
    ['with its supervisor and words, on a scarce disk', { stderr: noSpace, diskFreeBytes: 5e8 }, 'job.disk-full', {}, 'its disk is full'],
    ['with words, on a disk with space', { exitCode: 1, stderr: noSpace, diskFreeBytes: 8e10 }, 'job.exit-code', { exitCode: 1 }, 'exit code 1'],
    ['with words about another limit', { exitCode: 1, stderr: inotify, diskFreeBytes: 8e10 }, 'job.exit-code', { exitCode: 1 }, 'exit code 1'],
    ['with words, on a disk whose free space is unknown', { exitCode: 1, stderr: noSpace }, 'job.exit-code', { exitCode: 1 }, 'exit code 1'],
    ['with its supervisor and words, on a disk with space', { stderr: noSpace, diskFreeBytes: 8e10 }, 'job.killed', {}, 'left no exit status'],
    ['on a scarce disk, without words', { exitCode: 1, stderr: 'no', diskFreeBytes: 5e8 }, 'job.exit-code', { exitCode: 1 }, 'exit code 1'],
    ['by itself, on a disk without space', { exitCode: 1, stderr: '', diskFreeBytes: 4096 }, 'job.disk-full', { exitCode: 1 }, 'its disk is full'],
    ['with its supervisor, on a disk without space', { stderr: '', diskFreeBytes: 0 }, 'job.disk-full', {}, 'its disk is full'],
    ['by itself, on a disk with space', { exitCode: 1, stderr: 'no', diskFreeBytes: 1e9 }, 'job.exit-code', { exitCode: 1 }, 'exit code 1'],
    ['by a signal, without space', { exitCode: 137, stderr: noSpace, diskFreeBytes: 0 }, 'job.killed', { signal: 9 }, 'ended by signal 9'],
  ])('%s', (_, evidence, code, fields, says) => {
    const failure = failureOfEnd(evidence, job, node);
    expect(failure).toMatchObject({ code, class: classOf(code), fields: { node, ...fields } });
    expect(sentenceOf(failure)).toContain('Cannot finish cf.1.self-play.0/2 on b because ');
    expect(sentenceOf(failure)).toContain(says);
  });
});

describe('the free space of the node is needed', () => {
  it.each<[string, EndEvidence, boolean]>([
    ['after an exit code without words', { exitCode: 1, stderr: '' }, true],
    ['when the exit status could not be written', { stderr: '' }, true],
    ['after an exit code with words', { exitCode: 1, stderr: noSpace }, true],
    ['not after a signal', { exitCode: 137, stderr: '' }, false],
  ])('%s', (_, evidence, isNeeded) => expect(needsDiskSpace(evidence)).toBe(isNeeded));
});

describe('an observation', () => {
  it.each<[string, Partial<JobObservation>, EndEvidence | undefined]>([
    ['of a process that failed is evidence', { exitCode: 3 }, { exitCode: 3 }],
    ['of a process without a record is evidence', {}, {}],
    ['of a good end is none', { exitCode: 0 }, undefined],
    ['of a running process is none', { phase: 'running' }, undefined],
    ['of a missing folder is none', { phase: 'absent' }, undefined],
    ['of a process that the shim stopped is none', { ended: 'stopped', exitCode: 143 }, undefined],
    ['of a process that was not renewed is none', { ended: 'self-fence' }, undefined],
    ['of a process under another boot is none', { bootId: 'later' }, undefined],
  ])('%s', (_, change, evidence) => expect(evidenceOf({ ...seen, ...change }, 'boot')).toEqual(evidence));

  it.each<[string, Partial<JobObservation>, FailureCode | `unrecorded ${FailureCode}` | 'completed' | 'running']>([
    ['a good end', { exitCode: 0 }, 'completed'],
    ['an exit code', { exitCode: 3 }, 'job.exit-code'],
    ['a signal', { exitCode: 137 }, 'job.killed'],
    ['no exit status', {}, 'unrecorded job.killed'],
    ['a missing record', { phase: 'absent' }, 'unrecorded job.killed'],
    ['another boot without an exit status', { bootId: 'later' }, 'unrecorded job.rebooted'],
    ['another boot after a signal', { bootId: 'later', exitCode: 143 }, 'job.rebooted'],
    ['another boot after a good end', { bootId: 'later', exitCode: 0 }, 'completed'],
    ['a job that was not renewed', { ended: 'self-fence' }, 'job.lost'],
    ['stopped from outside', { ended: 'stopped' }, 'job.stopped'],
    ['running for too long', { phase: 'running', upMs: 61_000 }, 'job.timeout'],
    ['still running an hour later by the clock of home', { phase: 'running', atMs: 3_600_000 }, 'running'],
    ['still running when the node counts its boot otherwise than its processes', { phase: 'running', upMs: -5_000 }, 'running'],
    ['still running', { phase: 'running' }, 'running'],
  ])('%s is judged', (_, change, expected) => {
    const verdict = judgeJob({ ...seen, ...change }, { ...freshMemory(), progressBytes: 0 }, context);
    const code = 'failure' in verdict ? verdict.failure.code : undefined;
    expect(verdict.type === 'failed' ? code : [verdict.type, code].filter((word) => word !== undefined).join(' ')).toBe(expected);
  });
});

describe('lines on stdout that are not progress', () => {
  const good = '{"done": 1, "of": 2}';
  const judge = (looks: readonly (readonly (readonly string[])[])[], change: Partial<JobObservation> = {}): string => {
    let memory = freshMemory();
    for (const parts of looks) {
      const verdict = judgeJob({ ...seen, phase: 'running', ...change, parts }, memory, context);
      if (verdict.type !== 'running') return 'failure' in verdict ? verdict.failure.code : verdict.type;
      memory = verdict.memory;
    }
    return 'running';
  };

  it.each<[string, readonly (readonly (readonly string[])[])[], string]>([
    ['three that are equal, in one look', [[['x', 'x', 'x']]], 'job.bad-progress'],
    ['three that are equal, in three looks', [[['x']], [['x']], [['x']]], 'job.bad-progress'],
    ['a burst of them before progress', [[['a', 'b', 'c', good, good]]], 'job.bad-progress'],
    ['two in one look and one in the next', [[['a', 'b']], [], [['c']]], 'job.bad-progress'],
    ['two, then progress, then two', [[['a', 'b', good]], [['c', 'd']]], 'running'],
    ['blank lines', [[['', ' ', '', '\r', '']]], 'running'],
    ['two before a gap and one behind the gap', [[['a', 'b'], ['c']]], 'running'],
    ['progress alone', [[[good, good, good, good]]], 'running'],
  ])('%s', (_, looks, expected) => expect(judge(looks)).toBe(expected));

  it('end a job whose program has ended well before the first look', () => {
    expect(judge([[['a', 'b', 'c']]], { phase: 'ended', exitCode: 0 })).toBe('job.bad-progress');
    expect(judge([[['a', 'b', 'c']]], { phase: 'ended', exitCode: 1 })).toBe('job.exit-code');
  });
});

it('a look that did not count the outputs proves neither progress nor silence', () => {
  const memory = { ...freshMemory(), progressBytes: 7 };
  const { outputBytes: _, ...uncounted } = { ...seen, phase: 'running' as const };
  const late = { ...context, passedMs: 61_000, limits: { runSecondsMax: 600, silentSecondsMax: 60 } };
  expect(judgeJob(uncounted, memory, late)).toMatchObject({ type: 'running', memory: { progressBytes: 7, silentMs: 61_000 } });
  expect(judgeJob({ ...uncounted, outputBytes: 7 }, memory, late).type).toBe('failed');
  expect(judgeJob({ ...uncounted, outputBytes: 8 }, memory, late)).toMatchObject({ memory: { silentMs: 0 } });
});

it('silence is the sum of the times between looks, each counted up to a limit', () => {
  const running = { ...seen, phase: 'running' as const };
  const limits = { runSecondsMax: 600, silentSecondsMax: 100 };
  let memory = { ...freshMemory(), progressBytes: 0 } as ReturnType<typeof freshMemory>;
  const look = (passedMs: number): string => {
    const verdict = judgeJob(running, memory, { ...context, passedMs, limits });
    if (verdict.type === 'running') memory = verdict.memory;
    return verdict.type;
  };
  expect([look(0), look(60_000), look(39_000), look(2_000)]).toEqual(['running', 'running', 'running', 'failed']);
  memory = { ...freshMemory(), progressBytes: 0 };
  limits.silentSecondsMax = 130;
  expect([look(3_600_000), look(5_000), look(6_000)], 'a watcher that was stopped for an hour').toEqual(['running', 'running', 'failed']);
});
