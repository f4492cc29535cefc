/** A fault of the cluster file has a separate field for its hint, even after the fault has passed through zod as one message. */
import { expect, test } from 'vitest';
import { readRefusal, refusal } from '../../src/config/fault/refusal.ts';

test('the two fields of a fault pass through one message, whatever their words are', () => {
  expect(readRefusal(refusal('is 0; try or not', '2; try 3'))).toEqual({ what: 'is 0; try or not', hint: '2; try 3' });
});

test('a message of zod itself gets the documentation as its hint', () => {
  expect(readRefusal('Invalid input')).toEqual({ what: 'Invalid input', hint: 'docs/cluster-file.md' });
});
