/**
 * The event about new items, `WORK_QUEUED`, in the outbox of the queue. Items of one kind, turn and owner that are added within `queuedShareMs` share an
 * event, because ten single items a second would fill the event log within a day. The first items of a group are published at once. Table `queued_groups`
 * counts the others, and the next addition or the event duty publishes them when the time is over.
 */
import { given } from '../../base/given.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import { queuedNamesMax } from '../../domain/limits.ts';
import { publish } from '../event/publish.ts';
import { eventLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

export const queuedGroupsTable = `
    CREATE TABLE queued_groups (
      key TEXT PRIMARY KEY,
      since_ms INTEGER NOT NULL,
      count INTEGER NOT NULL,
      items TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    `;

type Group = Pick<WorkItemSpec, 'kind' | 'pipeline' | 'turn' | 'owner'>;

/** Publishes or counts the new items of each kind, turn and owner. Call this in the transaction that adds the items. */
export function publishQueued(ledger: Ledger, specs: readonly WorkItemSpec[], nowMs: number): void {
  publishQueuedGroups(ledger, nowMs);
  const groups = new Map<string, string[]>();
  for (const { id, kind, pipeline, turn, owner } of specs) {
    const key = JSON.stringify(given({ kind, pipeline, turn, owner }));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [id]);
    else group.push(id);
  }
  const find = ledger.statement<{ count: number; items: string }>('SELECT count, items FROM queued_groups WHERE key = ?');
  const begin = ledger.statement(`INSERT INTO queued_groups (key, since_ms, count, items) VALUES (?, ?, 0, '[]')`);
  const add = ledger.statement('UPDATE queued_groups SET count = ?, items = ? WHERE key = ?');
  for (const [key, ids] of groups) {
    const group = find.get(key);
    if (group === undefined) {
      publishGroup(ledger, key, ids.length, ids, nowMs);
      begin.run(key, nowMs);
    } else {
      const items = [...(JSON.parse(group.items) as string[]), ...ids].slice(0, queuedNamesMax);
      add.run(group.count + ids.length, JSON.stringify(items), key);
    }
  }
}

/** Publishes the groups whose time is over. A group from the future was begun before the clock was set back. */
export function publishQueuedGroups(ledger: Ledger, nowMs: number): void {
  const over = ledger
    .statement<{ key: string; count: number; items: string }>('SELECT key, count, items FROM queued_groups WHERE since_ms <= ? OR since_ms > ?')
    .all(nowMs - eventLimits.queuedShareMs, nowMs);
  if (over.length === 0) return;
  ledger.write('publish the new items', () => {
    for (const { key, count, items } of over) {
      if (count > 0) publishGroup(ledger, key, count, JSON.parse(items) as string[], nowMs);
      ledger.statement('DELETE FROM queued_groups WHERE key = ?').run(key);
      // The items that follow share an event again, so a steady stream makes one event in each period.
      if (count > 0) ledger.statement(`INSERT INTO queued_groups (key, since_ms, count, items) VALUES (?, ?, 0, '[]')`).run(key, nowMs);
    }
  });
}

function publishGroup(ledger: Ledger, key: string, count: number, ids: readonly string[], nowMs: number): void {
  const { kind, pipeline, turn, owner = 'an operator' } = JSON.parse(key) as Group;
  const items = ids.slice(0, queuedNamesMax);
  publish(ledger, 'WORK_QUEUED', { count, kind, items, owner, ...given({ pipeline, turn }) }, { atMs: nowMs, actor: owner });
}
