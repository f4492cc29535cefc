/** `explain` of a pending item decides as the dispatcher does, from the same items. */
import { expect, it } from 'vitest';
import { openLedgerFiles } from '../../../src/storage/read/ledger-files.ts';
import { placementsOfItem } from '../../../src/storage/read/read-placements.ts';
import { itemId, itemSpec, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

it('an item behind many that avoid the free node waits for the one before it that does not', async () => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 }), nodeView('b', { slots: 1 })] });
  const one = (id: string, priority: number) => itemSpec(id, { slots: 1, labels: [], priority });
  await on.activities.enqueue({ items: [one('runs', 1_000)] });
  const { started: runs } = await on.activities.claim({ open: [] });
  const [full] = runs;
  const free = full?.node === 'a' ? 'b' : 'a';
  const avoiding = Array.from({ length: 70 }, (_, at) => one(`avoids.${at}`, 900));
  await on.activities.enqueue({ items: [...avoiding, one('goes', 500), one('last', 1)] });
  on.ledgers.queue.ledger
    .statement(`UPDATE items SET failed_on = ? WHERE id LIKE 'avoids.%'`)
    .run(JSON.stringify([{ node: free, atMs: on.clock.nowMs }]));
  const files = openLedgerFiles(on.folder);
  const ruleOf = (id: string) => placementsOfItem(files, itemId(id), on.clock.nowMs).find(({ node }) => node === free)?.refusal?.rule;
  try {
    expect([ruleOf('avoids.0'), ruleOf('goes'), ruleOf('last')]).toEqual(['avoided', undefined, 'full']);
    const { started } = await on.activities.claim({ open: full === undefined ? [] : [{ job: full.job, node: full.node, slots: 1 }] });
    expect(started.map(({ job, node }) => [job.item, node])).toEqual([['goes', free]]);
  } finally {
    for (const file of Object.values(files)) file.close();
  }
});
