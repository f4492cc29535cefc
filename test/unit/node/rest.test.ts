import { describe, expect, it } from 'vitest';
import { blameOf, kindOfFailure } from '../../../src/domain/failure/blame.ts';
import { missingProgram } from '../../../src/domain/failure/missing-program.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { withStderr } from '../../../src/domain/failure/stderr.ts';
import { failureCodes, type FailureCode } from '../../../src/domain/failure/table.ts';
import { type Elsewhere, type EndedOnNode, nextRun, type NodeRun, workingRun } from '../../../src/domain/node/rest.ts';
import { itemId } from '../../support/item-spec.ts';

const failure = (code: FailureCode, stderr = '', exitCode = 1) =>
  withStderr(failureRecord(code, { cannot: 'finish', because: 'so', hint: { say: 'x' }, fields: { exitCode } }), stderr);
const ended = (item: string, nowMs: number, change: Partial<EndedOnNode> = {}): EndedOnNode => ({
  item: itemId(item),
  work: 'w',
  claimedAtMs: nowMs - 1,
  nowMs,
  failure: failure('job.exit-code'),
  ...change,
});
const unknown: Elsewhere = { failsAlike: false, lacksProgram: false, works: false };
const play = (ends: readonly EndedOnNode[], elsewhere: Elsewhere = unknown, before: NodeRun = workingRun) =>
  ends.reduce((change, end) => nextRun(change.run, end, () => elsewhere), { run: before, rests: false, suspectsPayload: false, isProven: false });

describe('a node', () => {
  it('rests after three different items failed on it in a row', () => {
    expect(play([ended('x', 1), ended('y', 2)]).run.rest).toBeUndefined();
    const { run, rests, isProven } = play([ended('x', 1), ended('y', 2), ended('z', 3)]);
    expect([rests, isProven]).toEqual([true, false]);
    expect(run.rest).toMatchObject({ sinceMs: 3, untilMs: 30_003, rests: 1, code: 'job.exit-code' });
    expect(run.rest?.because).toBe('3 items in a row failed there: x (job.exit-code), y (job.exit-code), z (job.exit-code)');
  });

  it('does not rest when one item fails again and again, or when items complete in between', () => {
    expect(play([ended('x', 1), ended('x', 2), ended('x', 3), ended('x', 4)]).run.rest).toBeUndefined();
    const completed: EndedOnNode = { item: itemId('ok'), work: 'w', claimedAtMs: 2, nowMs: 3 };
    expect(play([ended('x', 1), ended('y', 2), completed, ended('z', 4)]).run).toMatchObject({ failures: [{ item: 'z' }] });
  });

  it.each([
    ['a full disk', 'job.disk-full', 1],
    ['a full disk during the transfer', 'sync.disk-full', 1],
    ['a folder of another cluster', 'node.foreign-owner', 1],
    ['a missing program', 'job.spawn-failed', 1],
    ['a shell that does not find its program', 'job.exit-code', 127],
  ] as const)('rests at once after %s', (_, code, exitCode) => {
    expect(play([ended('x', 1, { failure: failure(code, '', exitCode) })]).run.rest).toMatchObject({ rests: 1, code });
  });

  it('does not rest for failures that say nothing about it', () => {
    const nothing = (['job.cancelled', 'job.lost', 'job.stopped', 'job.rebooted', 'job.epoch-refused'] as const).map((code, at) =>
      ended(`x.${at}`, at, { failure: failure(code) }),
    );
    expect(play(nothing).run).toBe(workingRun);
  });

  it('gets one canary: its success ends the rest, each failure doubles the rest, up to ten minutes', () => {
    let run = play([ended('x', 1, { failure: failure('job.disk-full') })]).run;
    const lengths: number[] = [];
    for (let canary = 1; canary <= 7; canary += 1) {
      const nowMs = (run.rest?.untilMs ?? 0) + 10;
      run = nextRun(run, ended(`c.${canary}`, nowMs), () => unknown).run;
      lengths.push(((run.rest?.untilMs ?? 0) - nowMs) / 1000);
    }
    expect(lengths).toEqual([60, 120, 240, 480, 600, 600, 600]);
    expect(run.rest?.because).toBe('its canary failed: c.7 (job.exit-code)');
    const nowMs = (run.rest?.untilMs ?? 0) + 10;
    expect(nextRun(run, { item: itemId('ok'), work: 'w', claimedAtMs: nowMs - 1, nowMs }, () => unknown).run).toBe(workingRun);
  });

  it('is not judged by a job that was claimed before its rest began', () => {
    const { run } = play([ended('x', 10, { failure: failure('job.disk-full') })]);
    expect(nextRun(run, { item: itemId('old'), work: 'w', claimedAtMs: 5, nowMs: 20 }, () => unknown).run).toBe(run);
    expect(nextRun(run, ended('old', 20, { claimedAtMs: 5 }), () => unknown).run.rest).toBe(run.rest);
  });
});

describe('a mistake in the payload', () => {
  it('that fails alike on another node makes no node rest, and the tries count', () => {
    const change = play([ended('x', 1), ended('y', 2), ended('z', 3)], { ...unknown, failsAlike: true });
    expect(change).toMatchObject({ rests: false, suspectsPayload: true, isProven: false });
    expect(play([ended('x', 1, { failure: failure('job.spawn-failed') })], { ...unknown, failsAlike: true }).run.rest).toBeUndefined();
  });

  it('is not suspected when another node completes the same work: then the tries do not count', () => {
    const change = play([ended('x', 1), ended('y', 2), ended('z', 3)], { ...unknown, failsAlike: true, works: true });
    expect(change).toMatchObject({ rests: true, suspectsPayload: false, isProven: true });
  });

  it('is never suspected for a full disk', () => {
    expect(play([ended('x', 1, { failure: failure('job.disk-full') })], { ...unknown, failsAlike: true })).toMatchObject({
      rests: true,
      isProven: true,
    });
  });
});

describe('many mistyped commands', () => {
  const mistyped = (item: string, program: string, nowMs: number) =>
    ended(item, nowMs, { work: program, failure: failure('job.exit-code', `sh: 1: ${program}: not found`, 127) });

  it('do not make a second node rest while another node lacks a program too', () => {
    const lacks = { ...unknown, lacksProgram: true };
    expect(play([mistyped('x', 'pythn', 1), mistyped('y', 'nodee', 2), mistyped('z', 'perll', 3)], lacks).run.rest).toBeUndefined();
  });

  it('do not hide a node that lacks one program', () => {
    const lacks = { ...unknown, lacksProgram: true };
    expect(play([mistyped('x', 'python3', 1), mistyped('y', 'python3', 2), mistyped('z', 'python3', 3)], lacks).run.rest).toBeDefined();
    expect(play([mistyped('x', 'python3', 1)], { ...lacks, works: true }).run.rest).toBeDefined();
  });
});

describe('a missing program', () => {
  it.each([
    ['sh: 1: pythn: not found', 127],
    ['bash: line 1: pythn: command not found', 127],
    ['zsh:1: command not found: pythn', 127],
    ['env: ‘pythn’: No such file or directory', 127],
    ['sh: 1: exec: pythn: not found', 127],
    ["env: can't execute 'pythn': No such file or directory", 127],
    ['sh: 1: /srv/a/replicas/payload/pythn: Permission denied', 126],
  ])('has one name in the words of every shell: %s', (line, exitCode) => {
    expect(missingProgram(failure('job.exit-code', line, exitCode))).toBe('pythn');
    expect(kindOfFailure(failure('job.exit-code', line, exitCode))).toBe('missing program|pythn');
  });

  it('is no other exit', () => {
    expect(missingProgram(failure('job.exit-code', 'KeyError: x: not found', 1))).toBeUndefined();
  });
});

it('every failure code has a blame', () => {
  for (const code of failureCodes) expect(['nothing', 'node', 'program', 'node-or-payload']).toContain(blameOf(failure(code)));
});
