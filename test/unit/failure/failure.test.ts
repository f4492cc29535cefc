import { expect, it } from 'vitest';
import { RingmasterError, toFailureRecord } from '../../../src/domain/failure/failure.ts';

it('a failure that was sent as a record becomes the same failure again, with its chain of causes', () => {
  const cause = new RingmasterError('ledger.busy', { cannot: 'write', because: 'it is held', hint: 'waiting', cause: new Error('inner') });
  const record = toFailureRecord(
    new RingmasterError('sync.corrupt', { cannot: 'go on', because: 'of a test', hint: 'nothing', fields: { n: 1 }, cause }),
  );
  expect(record.chain).toEqual(['ledger.busy: Cannot write because it is held; try waiting', 'Error: inner']);
  expect(toFailureRecord(new RingmasterError(record.code, record))).toEqual(record);
});
