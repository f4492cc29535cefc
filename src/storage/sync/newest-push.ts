import type { Ledger } from '../ledger/open-ledger.ts';

/** Returns the newest completed push of a dataset from home, to one node or to any node. */
export function newestPush(ledger: Ledger, dataset: string, node?: string): { readonly digest: string; readonly atMs: number } | undefined {
  const toNode = node === undefined ? '' : 'AND target = ?';
  const row = ledger
    .statement<{ digest: string; timestamp: string }>(
      `SELECT digest, timestamp FROM syncs WHERE dataset = ? AND source = 'home' AND state = 'completed' ${toNode} ORDER BY timestamp DESC LIMIT 1`,
    )
    .get(dataset, ...(node === undefined ? [] : [node]));
  return row === undefined ? undefined : { digest: row.digest, atMs: Date.parse(row.timestamp) };
}
