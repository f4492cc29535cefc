/**
 * Table `node_changes` of `resource_state.db`: each transition of each node, with its evidence. Rows are only added. The transaction that records a
 * new observation or wish also adds the row, so the history always agrees with the recorded state. When that transaction is repeated, it finds
 * nothing new and adds no row.
 */
import { given } from '../../base/given.ts';
import type { NodeId } from '../../domain/ids.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import { ledgerLimits } from '../limits.ts';
import type { PublishFacts } from '../event/publish.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { prune } from '../ledger/prune.ts';
import { publishTransition } from './publish-transition.ts';

export const nodeChangesTable = `
  CREATE TABLE node_changes (
    seq INTEGER PRIMARY KEY,
    node TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('state', 'service')),
    from_value TEXT,
    to_value TEXT NOT NULL,
    evidence TEXT NOT NULL
  ) STRICT;
  CREATE INDEX node_changes_of ON node_changes (node, seq);
`;

interface NodeChangeRow {
  readonly node: NodeId;
  readonly at_ms: number;
  readonly what: NodeTransition['what'];
  readonly from_value: string | null;
  readonly to_value: string;
  readonly evidence: string;
}

const retention = { table: 'node_changes', timeColumn: 'at_ms', rowsMax: ledgerLimits.nodeChangesMax, ageMsMax: ledgerLimits.nodeChangesMsMax };

/** Adds transitions to the history, and publishes the events about them. `cause` is the event that caused them, if another story did. */
export function addNodeChanges(ledger: Ledger, changes: readonly NodeTransition[], { atMs: nowMs, actor, cause }: PublishFacts): void {
  if (changes.length === 0) return;
  const add = ledger.statement('INSERT INTO node_changes (node, at_ms, what, from_value, to_value, evidence) VALUES (?, ?, ?, ?, ?, ?)');
  for (const { node, atMs, what, from, to, evidence } of changes)
    add.run(node, Math.round(atMs), what, from ?? null, to, evidence.slice(0, ledgerLimits.evidenceCharsMax));
  for (const change of changes) publishTransition(ledger, change, { atMs: nowMs, actor, cause });
  prune(ledger, retention, nowMs);
}

/** Returns the last transitions of a node, newest first. */
export const readNodeChanges = (reader: LedgerReader, node: string, limit: number): readonly NodeTransition[] =>
  reader.all<NodeChangeRow>('SELECT * FROM node_changes WHERE node = ? ORDER BY seq DESC LIMIT ?', node, limit).map((row) => ({
    node: row.node,
    what: row.what,
    ...given({ from: row.from_value ?? undefined }),
    to: row.to_value,
    evidence: row.evidence,
    atMs: row.at_ms,
  }));
