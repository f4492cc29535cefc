/** Tests how a job ends, for every order of a cancel, the loss of the node, and the results of a stop. */
import { describe, expect, it } from 'vitest';
import { type FailureRecord, failureRecord } from '../../../src/domain/failure/record.ts';
import type { FailureCode } from '../../../src/domain/failure/table.ts';
import { causeOf, type JobNotice, nextStep } from '../../../src/domain/job/next-step.ts';
import type { JobOutcome } from '../../../src/domain/job/try-end.ts';

const failureOf = (code: FailureCode, fields: FailureRecord['fields'] = {}) =>
  failureRecord(code, { cannot: 'x', because: 'y', hint: { say: 'z' }, fields });
const cancelled: JobNotice = { type: 'cancelled', failure: failureOf('job.cancelled') };
const lost: JobNotice = { type: 'lost', failure: failureOf('job.lost') };
const overdue: JobNotice = { type: 'overdue', failure: failureOf('job.timeout') };
const refused: JobNotice = { type: 'refused', failure: failureOf('transport.host-key-changed') };
const left: JobNotice = { type: 'refused', failure: failureOf('node.unknown') };
const stopped: JobNotice = { type: 'stopped' };
const completed: JobOutcome = { type: 'completed', result: {}, files: [] };
const failed = (code: FailureCode, fields?: FailureRecord['fields']): JobOutcome => ({ type: 'failed', failure: failureOf(code, fields) });
const hang = failed('job.hang');

/** Returns the next step as text, for example "close job.lost, holds its slots" or "stop after 0 s, because job.hang". */
function stepText(outcome: JobOutcome, received: readonly JobNotice[], mayRun = false): string {
  const step = nextStep({ outcome, mayRun, received });
  if (step.type === 'stop') return `stop after ${step.restMs / 1_000} s, because ${step.because.code}`;
  return `close ${step.outcome.type === 'failed' ? step.outcome.failure.code : 'completed'}${step.holdsSlots ? ', holds its slots' : ''}`;
}

it.each<[string, JobOutcome, readonly JobNotice[], string]>([
  ['completed', completed, [], 'close completed'],
  ['completed, cancelled too late', completed, [cancelled], 'close completed'],
  ['completed, and its node is lost', completed, [lost], 'close completed, holds its slots'],
  ['failed', hang, [], 'stop after 0 s, because job.hang'],
  ['failed and stopped', hang, [stopped], 'close job.hang'],
  ['failed, stopped after a refusal', hang, [refused, stopped], 'close job.hang'],
  ['failed, cancelled while it is stopped', hang, [cancelled, stopped], 'close job.hang'],
  ['failed on a node that left the cluster file', failed('node.unknown'), [left], 'close node.unknown'],
  ['cancelled on a node that left the cluster file', failed('job.cancelled'), [cancelled, left], 'close job.cancelled'],
  ['cancelled', failed('job.cancelled'), [cancelled], 'stop after 0 s, because job.cancelled'],
  ['cancelled and stopped', failed('job.cancelled'), [cancelled, stopped], 'close job.cancelled'],
  ['overdue', failed('job.timeout'), [overdue], 'stop after 0 s, because job.timeout'],
  ['overdue, lost while it is stopped', failed('job.timeout'), [overdue, lost], 'close job.timeout, holds its slots'],
  ['lost, overdue afterwards', failed('job.lost'), [lost, overdue], 'close job.lost, holds its slots'],
  ['lost', failed('job.lost'), [lost], 'close job.lost, holds its slots'],
  ['failed, lost while it is stopped', hang, [lost], 'close job.lost, holds its slots'],
  ['failed, lost after a refusal', hang, [refused, lost], 'close job.lost, holds its slots'],
  ['failed, lost just as it was stopped', hang, [lost, stopped], 'close job.lost, holds its slots'],
  [
    'cancelled, then lost: closed as cancelled, because a lost try would be tried again',
    failed('job.cancelled'),
    [cancelled, lost],
    'close job.cancelled, holds its slots',
  ],
  ['cancelled, refused, then lost', failed('job.cancelled'), [cancelled, refused, lost], 'close job.cancelled, holds its slots'],
  ['failed, cancelled, then lost', hang, [refused, cancelled, lost], 'close job.hang, holds its slots'],
  ['lost, then cancelled', failed('job.lost'), [lost, cancelled], 'close job.lost, holds its slots'],
])('%s', (_, outcome, received, step) => expect(stepText(outcome, received)).toBe(step));

it('rests between stops that its node refuses, twice as long each time, and never longer than 10 minutes', () => {
  const all = Array.from({ length: 10 }, () => refused);
  const rests = Array.from({ length: 10 }, (_, k) => stepText(hang, all.slice(0, k)).replace(/^stop after (\d+) s.*$/, '$1'));
  expect(rests.map(Number)).toEqual([0, 5, 10, 20, 40, 80, 160, 320, 600, 600]);
  expect(stepText(hang, [refused])).toBe('stop after 5 s, because transport.host-key-changed');
});

describe('a try whose program was never started', () => {
  const unstarted = failed('sync.disk-full', { unstarted: true });

  it('is stopped once, so that the fence of its node forbids a late start', () => {
    expect(stepText(unstarted, [])).toBe('stop after 0 s, because sync.disk-full');
  });
  it('is closed when its node refuses the stop', () => expect(stepText(unstarted, [refused])).toBe('close sync.disk-full'));
  it('is stopped again until the stop succeeds when another workflow may have started it', () => {
    expect(stepText(unstarted, [refused], true)).toBe('stop after 5 s, because transport.host-key-changed');
  });
  it('is lost with its node', () => expect(stepText(unstarted, [refused, lost])).toBe('close job.lost, holds its slots'));
});

it('the cause is the first cancel or loss', () => {
  expect(causeOf([])).toBeUndefined();
  expect(causeOf([refused, stopped])).toBeUndefined();
  expect(causeOf([refused, cancelled, lost])).toBe(cancelled);
  expect(causeOf([lost, cancelled])).toBe(lost);
});
