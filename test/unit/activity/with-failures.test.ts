import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { withFailures } from '../../../activities/with-failures.ts';
import { failureCodes, isRetried, RingmasterError, type FailureCode } from '../../../src/domain/failure/failure.ts';

const thrown = async (error: unknown): Promise<unknown> => {
  const { act } = withFailures({ act: async () => Promise.reject(error) });
  return act().then(
    () => undefined,
    (caught: unknown) => caught,
  );
};
const ours = (code: FailureCode): RingmasterError =>
  new RingmasterError(code, { cannot: 'x', because: 'y', hint: 'z', fields: { n: 1 }, cause: new Error('inner') });

it.each(failureCodes)('%s crosses with its code, its record, and the retry that its class says', async (code) => {
  const failure = await thrown(ours(code));
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    message: 'Cannot x because y; try z',
    type: code,
    nonRetryable: !isRetried(code),
    details: [{ code, fields: { n: 1 }, chain: ['Error: inner'] }],
  });
  expect((failure as ApplicationFailure).category === ApplicationFailureCategory.BENIGN).toBe(isRetried(code));
});

it('anything else is a defect and is not retried', async () => {
  expect(await thrown(new TypeError('undefined is not a function'))).toMatchObject({ type: 'internal.defect', nonRetryable: true });
  expect(await thrown('text')).toMatchObject({ type: 'internal.defect' });
});

it("Temporal's own failures pass untouched", async () => {
  const cancelled = new CancelledFailure('stop');
  expect(await thrown(cancelled)).toBe(cancelled);
  const application = ApplicationFailure.create({ message: 'm', type: 't' });
  expect(await thrown(application)).toBe(application);
});

it('answers and arguments pass through', async () => {
  expect(await withFailures({ add: async (a: number, b: number) => a + b }).add(1, 2)).toBe(3);
});
