import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decideClose, type ClosingItem } from '../../src/domain/item/next-state.ts';
import { historyLinesMax } from '../../src/domain/limits.ts';
import { classOf, failureCodes, type FailureCode } from '../../src/domain/failure/table.ts';
import type { JobOutcome } from '../../src/domain/job/try-end.ts';
import { nodeId } from '../support/item-spec.ts';
import { options } from './seed.ts';

const outcome: fc.Arbitrary<JobOutcome> = fc.oneof(
  fc.constant<JobOutcome>({ type: 'completed', result: {}, files: [] }),
  fc
    .tuple(fc.constantFrom(...failureCodes), fc.string({ maxLength: 2000 }))
    .map(([code, message]): JobOutcome => ({ type: 'failed', failure: { code, class: classOf(code), message, fields: {}, chain: [message] } })),
);
/** A try that ends with one of these failures costs no attempt when its item becomes pending again. */
const uncounted: readonly (FailureCode | undefined)[] = ['job.stopped', 'node.unknown'];
const codeOf = (ended: JobOutcome): FailureCode | undefined => (ended.type === 'failed' ? ended.failure.code : undefined);

it('a life of tries ends, within its attempts, in a state that its last try explains', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.tuple(outcome, fc.boolean()), { minLength: 1, maxLength: 60 }), (attemptsMax, tries) => {
      let item: ClosingItem = { attempts: 0, freeTries: 0, attemptsMax, cancelRequested: false, history: [] };
      for (const [epoch, [ended, cancelRequested]] of tries.entries()) {
        const before = { ...item, cancelRequested: item.cancelRequested || cancelRequested };
        const next = decideClose(before, { epoch: epoch + 1, node: nodeId('a'), atMs: epoch, outcome: ended });
        expect(next.history.length).toBeLessThanOrEqual(historyLinesMax);
        expect(next.history.every((line) => line.length <= 400)).toBe(true);
        expect(next.attempts - before.attempts).toBe(uncounted.includes(codeOf(ended)) && next.state === 'pending' ? 0 : 1);
        expect(next.state === 'completed').toBe(ended.type === 'completed');
        if (next.state === 'dead' || next.state === 'timed-out') expect(next.attempts).toBeGreaterThanOrEqual(attemptsMax);
        if (next.state === 'pending') {
          expect(next.attempts).toBeLessThan(attemptsMax);
          expect(before.cancelRequested).toBe(false);
        }
        if (next.state === 'cancelled') expect(before.cancelRequested || codeOf(ended) === 'job.cancelled').toBe(true);
        if (next.state !== 'pending') return;
        item = { ...before, attempts: next.attempts, history: next.history };
      }
      const counted = tries.filter(([ended]) => !uncounted.includes(codeOf(ended))).length;
      expect(counted).toBeLessThan(attemptsMax);
    }),
    options(1000),
  );
});
