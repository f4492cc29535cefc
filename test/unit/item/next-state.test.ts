import { describe, expect, it } from 'vitest';
import { decideClose, type ClosingItem } from '../../../src/domain/item/next-state.ts';
import { historyLinesMax } from '../../../src/domain/limits.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { classOf, failureCodes, type FailureCode } from '../../../src/domain/failure/table.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { nodeId } from '../../support/item-spec.ts';

const item: ClosingItem = { attempts: 0, freeTries: 0, attemptsMax: 2, cancelRequested: false, history: [] };
const failed = (code: FailureCode) => ({
  epoch: 1,
  node: nodeId('a'),
  atMs: 0,
  outcome: { type: 'failed' as const, failure: toFailureRecord(new RingmasterError(code, { cannot: 'x', because: 'y', hint: { say: 'z' } })) },
});
const completed = { epoch: 1, node: nodeId('a'), atMs: 0, outcome: { type: 'completed' as const, result: {}, files: [] } };

/**
 * Says whether every further try would fail too. After a transport failure another node may succeed: a key or a tool that is missing on one node may
 * exist on another.
 */
const hopeless = (code: FailureCode): boolean => classOf(code) === 'configuration' && !code.startsWith('transport.');

describe('every failure code', () => {
  it.each(failureCodes)('%s with attempts left', (code) => {
    const { state, attempts } = decideClose(item, failed(code));
    if (code === 'job.cancelled') expect({ state, attempts }).toEqual({ state: 'cancelled', attempts: 1 });
    else if (code === 'job.stopped' || code === 'node.unknown') expect({ state, attempts }).toEqual({ state: 'pending', attempts: 0 });
    else if (hopeless(code)) expect({ state, attempts }).toEqual({ state: 'failed', attempts: 1 });
    else expect({ state, attempts }).toEqual({ state: 'pending', attempts: 1 });
  });

  it.each(failureCodes)('%s at the last attempt', (code) => {
    const { state } = decideClose({ ...item, attempts: 1 }, failed(code));
    const expected: Partial<Record<FailureCode, string>> = {
      'job.cancelled': 'cancelled',
      'job.stopped': 'pending',
      'node.unknown': 'pending',
      'job.timeout': 'timed-out',
    };
    expect(state).toBe(expected[code] ?? (hopeless(code) ? 'failed' : 'dead'));
  });
});

it('keeps a cancel that the try did not receive, but never discards a result because of it', () => {
  expect(decideClose({ ...item, cancelRequested: true }, failed('job.killed')).state).toBe('cancelled');
  expect(decideClose({ ...item, cancelRequested: true }, failed('job.stopped')).state).toBe('cancelled');
  expect(decideClose({ ...item, cancelRequested: true }, completed).state).toBe('completed');
});

it('records what happened, newest last, in a bounded number of bounded lines', () => {
  const history = Array.from({ length: historyLinesMax }, (_, k) => `line ${k}`);
  const next = decideClose({ ...item, history }, failed('job.killed')).history;
  expect(next).toHaveLength(historyLinesMax);
  expect(next[0]).toBe('line 1');
  expect(next.at(-1)).toBe('#1 on a at 1970-01-01T00:00:00.000Z: job.killed: Cannot x because y; try z');
});

it('avoids the node after its failure, not after a stop', () => {
  expect(decideClose(item, failed('job.killed')).avoidNode).toBe(true);
  expect(decideClose(item, failed('job.stopped')).avoidNode).toBe(false);
});

it('a try that failed by the fault of its node does not count, five times at most', () => {
  const ended = { ...failed('job.disk-full'), isNodesFault: true };
  expect(decideClose({ ...item, attempts: 1 }, ended)).toMatchObject({ state: 'pending', attempts: 1, freeTries: 1, avoidNode: true });
  expect(decideClose({ ...item, attempts: 1, freeTries: 5 }, ended)).toMatchObject({ state: 'dead', attempts: 2, freeTries: 5 });
});
