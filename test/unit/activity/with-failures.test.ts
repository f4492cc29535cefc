import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { withFailures } from '../../../activities/with-failures.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { FailureRecord } from '../../../src/domain/failure/record.ts';
import { failureCodes, isRetried, type FailureCode } from '../../../src/domain/failure/table.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { decideClose } from '../../../src/domain/item/next-state.ts';
import { localShell } from '../../../src/transport/local-shell.ts';

const thrown = async (error: unknown): Promise<unknown> => {
  const { act } = withFailures({ act: async () => Promise.reject(error) });
  return act().then(
    () => undefined,
    (caught: unknown) => caught,
  );
};
const ours = (code: FailureCode): RingmasterError =>
  new RingmasterError(code, { cannot: 'x', because: 'y', hint: { say: 'z' }, fields: { n: 1 }, cause: new Error('inner') });

it.each(failureCodes)('%s crosses with its code, its record, and the retry rule of its class', async (code) => {
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

it('any other error is a defect and is not retried', async () => {
  expect(await thrown(new TypeError('undefined is not a function'))).toMatchObject({ type: 'internal.defect', nonRetryable: true });
  expect(await thrown('text')).toMatchObject({ type: 'internal.defect' });
});

it("Temporal's own failures pass unchanged", async () => {
  const cancelled = new CancelledFailure('stop');
  expect(await thrown(cancelled)).toBe(cancelled);
  const application = ApplicationFailure.create({ message: 'm', type: 't' });
  expect(await thrown(application)).toBe(application);
});

it('results and arguments pass through', async () => {
  expect(await withFailures({ add: async (a: number, b: number) => a + b }).add(1, 2)).toBe(3);
});

describe('a command that is aborted', () => {
  /** Runs a command inside an activity, calls `abort` to abort the command, and returns the error. `abort` gets the environment of the activity. */
  const abortedCommand = async (abort: (environment: MockActivityEnvironment, caller: AbortController) => void): Promise<unknown> => {
    const environment = new MockActivityEnvironment();
    const caller = new AbortController();
    const { act } = withFailures({ act: () => localShell.exec({ script: 'sleep 20', args: [], timeoutMs: 20_000, signal: caller.signal }) });
    const running = environment.run<[], unknown, () => Promise<unknown>>(act).catch((error: unknown) => error);
    setTimeout(() => abort(environment, caller), 50);
    return running;
  };

  it('by the cancellation of its activity is a cancellation', async () => {
    const failure = await abortedCommand((environment, caller) => {
      environment.cancel();
      caller.abort();
    });
    expect(failure).toBeInstanceOf(CancelledFailure);
  });

  it('while its activity was not cancelled is retried, and never closes the item as cancelled', async () => {
    const failure = (await abortedCommand((_environment, caller) => caller.abort())) as ApplicationFailure;
    expect(failure).toMatchObject({ type: 'transport.cancelled', nonRetryable: false });
    const [record] = failure.details as [FailureRecord];
    const item = { attempts: 0, freeTries: 0, attemptsMax: 3, cancelRequested: false, history: [] };
    const ended = { epoch: 1, node: 'a' as NodeId, atMs: 0, outcome: { type: 'failed', failure: record } } as const;
    expect(decideClose(item, ended).state).toBe('pending');
  });
});
