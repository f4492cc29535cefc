import { expect, test } from 'vitest';
import { nearestName } from '../../../src/base/nearest-name.ts';

test.each([
  ['self_play', 'selfPlay'],
  ['SelfPlay', 'selfPlay'],
  ['trian', 'train'],
  ['evaluat', 'evaluate'],
  ['evaluatte', 'evaluate'],
  ['gtae', 'gate'],
  ['trxxn', 'train'],
  ['trxxx', undefined],
  ['zzz', undefined],
])('%s means %s', (wrong, meant) => {
  expect(nearestName(wrong, ['selfPlay', 'train', 'evaluate', 'gate'])).toBe(meant);
});
