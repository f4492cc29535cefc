import { expect, it } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { reasonOf } from '../../../src/domain/failure/record.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import { hintText } from '../../../src/domain/failure/hint.ts';

const oldRecord = {
  code: 'ledger.busy',
  class: 'transient',
  message: 'Cannot write because it is held; try waiting',
  fields: {},
  chain: [],
} as const;

it('a failure that was sent as a record becomes the same failure again, with its chain of causes', () => {
  const cause = new RingmasterError('ledger.busy', { cannot: 'write', because: 'it is held', hint: { say: 'waiting' }, cause: new Error('inner') });
  const record = toFailureRecord(
    new RingmasterError('sync.corrupt', { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' }, fields: { n: 1 }, cause }),
  );
  expect(record.chain).toEqual(['ledger.busy: Cannot write because it is held', 'Error: inner']);
  expect(record.hint).toEqual({ say: 'nothing' });
  expect(toFailureRecord(new RingmasterError(record.code, record))).toEqual(record);
});

it('the reason is a field of the record, whatever the action is called; a record of an older release has it in its message', () => {
  const failure = new RingmasterError('ledger.busy', { cannot: 'write a because b', because: 'it is held', hint: { say: 'waiting' } });
  expect(failure.message).toBe('Cannot write a because b because it is held');
  expect([failure.because, failure.with({ n: 1 }).because, reasonOf(toFailureRecord(failure))]).toEqual(['it is held', 'it is held', 'it is held']);
  expect(reasonOf(oldRecord)).toBe('it is held; try waiting');
});

it('a record of an older release has no hint: its message contains the hint, and is the sentence', () => {
  const older = toFailureRecord(new RingmasterError('ledger.busy', { ...oldRecord }));
  expect(older).toEqual(oldRecord);
  expect(sentenceOf(older)).toBe('Cannot write because it is held; try waiting');
  expect(sentenceOf(new RingmasterError('ledger.busy', oldRecord).with({ n: 1 }))).toBe('Cannot write because it is held; try waiting');
});

it.each([
  [{ say: 'freeing space there' }, 'freeing space there', 'freeing space there'],
  [{ run: 'ringmaster job list', get: '/jobs' }, 'ringmaster job list', 'GET /jobs'],
  [{ run: 'ringmaster doctor' }, 'ringmaster doctor', 'ringmaster doctor'],
  [
    { say: 'reading its log', run: 'ringmaster job logs x/1' },
    'reading its log: ringmaster job logs x/1',
    'reading its log: ringmaster job logs x/1',
  ],
] as const)('the hint %j is rendered for a shell and for a client of the HTTP server', (hint, shell, http) => {
  expect(hintText(hint)).toBe(shell);
  expect(sentenceOf({ message: 'Cannot x because y', hint }, 'http')).toBe(`Cannot x because y; try ${http}`);
});
