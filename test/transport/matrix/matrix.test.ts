/**
 * Every login meets every configuration and every tree, and every configuration meets every tree, on a real sshd. The rows are generated. `npm run chaos`
 * tries random rows (`chaos.ts`).
 */
import { describe, expect, test } from 'vitest';
import { pairwise } from '../../support/pairwise.ts';
import { aroundMatrix, rowMsMax } from './matrix-place.ts';
import { dimensions } from './rows.ts';
import { tryTriple } from './try-triple.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

const place = aroundMatrix();

refusedWithoutRoot('the matrix of logins, configurations and trees');

describe.runIf(isRoot)('login × configuration × tree', () => {
  test.each(pairwise(dimensions))('$login × $configuration × $tree', { timeout: rowMsMax }, async (triple) => {
    await expect(tryTriple(place(), triple)).resolves.toBeUndefined();
  });
});
