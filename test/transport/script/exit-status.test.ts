import { expect, test } from 'vitest';
import { exitStatus } from '../../../src/transport/script/exit-status.ts';

test('no two of our exit statuses have one number', () => {
  const numbers = Object.values(exitStatus);
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});
