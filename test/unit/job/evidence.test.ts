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
const seen: JobObservation = { job, atMs: 0, phase: 'ended', bootId: 'boot', stdoutBytes: 0, outputBytes: 0, lastLine: '' };
const context = { job, node, bootId: 'boot', startedAtMs: 0, limits: { runSecondsMax: 60, silentSecondsMax: 60 } };
const noSpace = 'write: No space left on device';

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
    ['by itself, without space', { exitCode: 1, stderr: noSpace }, 'job.disk-full', { exitCode: 1 }, 'its disk is full; try freeing space there'],
    ['by itself, over its quota', { exitCode: 1, stderr: 'cp: Disk quota exceeded' }, 'job.disk-full', { exitCode: 1 }, 'its disk is full'],
    ['by itself, over its quota, in the words of Node', { exitCode: 1, stderr: 'Error: EDQUOT: disk quota exceeded' }, 'job.disk-full', {}, ''],
    ['by itself, without space, in the words of Node', { exitCode: 1, stderr: 'Error: ENOSPC: no space left on device' }, 'job.disk-full', {}, ''],
    ['with its supervisor, without space', { stderr: noSpace }, 'job.disk-full', {}, 'its disk is full'],
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
    ['not when stderr already names the cause', { exitCode: 1, stderr: noSpace }, false],
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

  it.each<[string, Partial<JobObservation>, FailureCode | 'completed' | 'running']>([
    ['a good end', { exitCode: 0 }, 'completed'],
    ['an exit code', { exitCode: 3 }, 'job.exit-code'],
    ['a signal', { exitCode: 137 }, 'job.killed'],
    ['no exit status', {}, 'job.killed'],
    ['a missing folder', { phase: 'absent' }, 'job.killed'],
    ['another boot', { bootId: 'later' }, 'job.rebooted'],
    ['a job that was not renewed', { ended: 'self-fence' }, 'job.lost'],
    ['stopped from outside', { ended: 'stopped' }, 'job.stopped'],
    ['silent for too long', { phase: 'running', atMs: 61_000 }, 'job.hang'],
    ['still running', { phase: 'running' }, 'running'],
  ])('%s is judged', (_, change, expected) => {
    const verdict = judgeJob({ ...seen, ...change }, { ...freshMemory(0), progressBytes: 0 }, context);
    expect(verdict.type === 'failed' ? verdict.failure.code : verdict.type).toBe(expected);
  });
});
