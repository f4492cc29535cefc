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

/** Rows wait often, so this many run at the same time, each on a node of its own. */
const nodes = 3;
const place = aroundMatrix(nodes);
const rows = pairwise(dimensions);

refusedWithoutRoot('the matrix of logins, configurations and trees');

describe.runIf(isRoot)('login × configuration × tree', () => {
  // Rows by tar hide rsync from the whole process, so the rows of one tree run after those of the other.
  for (const tree of dimensions.tree)
    describe(`the rows with ${tree}`, () => {
      const ofTree = rows.filter((row) => row.tree === tree);
      for (let node = 0; node < nodes; node += 1)
        describe.concurrent(`on node ${node}`, () => {
          describe.sequential('in order', () => {
            test.each(ofTree.filter((_, at) => at % nodes === node))('$login × $configuration × $tree', { timeout: rowMsMax }, async (triple) => {
              await expect(tryTriple(place(node), triple)).resolves.toBeUndefined();
            });
          });
        });
    });
});
