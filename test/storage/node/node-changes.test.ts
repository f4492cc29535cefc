/** Tests the history of nodes. Each transition is recorded as one row, in the same transaction as the new state. The number of rows is bounded. */
import { describe, expect, it } from 'vitest';
import type { NodeState } from '../../../src/domain/node/node.ts';
import { ledgerLimits } from '../../../src/storage/limits.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

/** The clock of `ledgerHarness()` begins here. */
const startMs = 1_700_000_000_000;
/** Records that a sweep saw node a in the given state since the given second. */
const saw = ({ activities }: LedgerHarness, state: NodeState, second: number) =>
  activities.recordNodes({ nodes: [nodeView('a', { state, sinceMs: startMs + second * 1_000, evidence: `for reason ${second}` })] });
const history = ({ folder }: LedgerHarness, limit?: number) => {
  const model = openReadModel(folder);
  const changes = model.nodeChanges('a', limit);
  model.close();
  return changes.map(
    ({ what, from = '', to, evidence, atMs }) =>
      `${from}→${to} ${evidence}${atMs >= startMs && what === 'state' && from !== '' ? ` @${(atMs - startMs) / 1_000}` : ''}`,
  );
};
const rows = ({ ledgers }: LedgerHarness) =>
  ledgers.resources.ledger.statement<{ rows: number; oldest: number }>('SELECT count(*) AS rows, min(at_ms) AS oldest FROM node_changes').get();

describe('node_changes', () => {
  it('has each transition once, newest first, however often it is recorded', async () => {
    const on = ledgerHarness();
    for (let repeat = 0; repeat < 3; repeat += 1) await saw(on, 'joining', 1);
    for (let repeat = 0; repeat < 3; repeat += 1) await saw(on, 'alive', 2);
    await saw(on, 'lost', 3);
    const request = { node: nodeId('a'), service: 'draining', reason: 'fan', by: 'kim@desk' } as const;
    await on.activities.wishNode(request);
    await on.activities.wishNode(request);
    expect(history(on)).toEqual([
      'in-service→draining kim@desk: fan',
      'alive→lost for reason 3 @3',
      'joining→alive for reason 2 @2',
      '→joining for reason 1',
    ]);
    expect(history(on, 1)).toHaveLength(1);
    await on.activities.recordNodes({ nodes: [] });
    expect(history(on, 1)[0]).toMatch(/^lost→removed the cluster file no longer names it/);
  });

  it('is not written when the observation is not written: both are one transaction', async () => {
    const on = ledgerHarness();
    await saw(on, 'alive', 1);
    const { ledger } = on.ledgers.resources;
    expect(() =>
      ledger.write('fail', () => {
        on.ledgers.resources.recordNodes([nodeView('a', { state: 'lost' })], 2);
        throw new Error('of a test');
      }),
    ).toThrow(/of a test/);
    expect(rows(on)?.rows).toBe(1);
    expect(on.ledgers.resources.nodes()).toMatchObject([{ state: 'alive' }]);
  });

  const fill = ({ ledgers }: LedgerHarness, count: number, atMs: number): void =>
    void ledgers.resources.ledger
      .statement(
        `WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < ?)
         INSERT INTO node_changes (node, at_ms, what, to_value, evidence) SELECT 'a', ?, 'state', 'alive', '' FROM n`,
      )
      .run(count, atMs);

  it('keeps at most nodeChangesMax rows: each transition removes a batch of the oldest rows above that', async () => {
    const on = ledgerHarness();
    const { nodeChangesMax, pruneRowsMax } = ledgerLimits;
    fill(on, nodeChangesMax - 1, on.clock.nowMs);
    await saw(on, 'joining', 1);
    expect(rows(on)?.rows).toBe(nodeChangesMax);
    await saw(on, 'alive', 2);
    expect(rows(on)?.rows).toBe(nodeChangesMax);
    fill(on, pruneRowsMax + 10, on.clock.nowMs);
    await saw(on, 'suspect', 3);
    expect(rows(on)?.rows).toBe(nodeChangesMax + pruneRowsMax + 11 - pruneRowsMax);
    await saw(on, 'alive', 4);
    expect(rows(on)?.rows).toBe(nodeChangesMax);
    expect(history(on, 1)).toEqual(['suspect→alive for reason 4 @4']);
  });

  it('keeps a row for nodeChangesMsMax', async () => {
    const on = ledgerHarness();
    const oldest = on.clock.nowMs - ledgerLimits.nodeChangesMsMax;
    fill(on, 5, oldest - 1_000);
    fill(on, 5, oldest + 60_000);
    await saw(on, 'alive', 1);
    expect(rows(on)).toEqual({ rows: 6, oldest: oldest + 60_000 });
  });
});
