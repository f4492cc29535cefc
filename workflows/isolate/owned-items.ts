import { condition, patched, setHandler } from '@temporalio/workflow';
import type { WaitingStage } from '../../src/domain/daemon/await-daemons.ts';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import { lastLinesOf } from '../../src/domain/failure/stderr.ts';
import type { ItemId } from '../../src/domain/ids.ts';
import { endOfWait, sayWait, type UnplacedItem } from '../../src/domain/item/no-node.ts';
import { isClosedState } from '../../src/domain/item/work-item.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { ledger } from './activities.ts';
import { setDetails } from './details.ts';
import { failWith } from './failure-of.ts';
import { itemClosedSignal } from './signals.ts';
import { itemsCheckedMax, ownedItemsCheckMs, ownedItemsCheckMsMax, ownedItemsCheckShare, unknownReadsMax } from './limits.ts';
import { patches } from './patches.ts';
import { readItems } from './read-items.ts';

/**
 * The items that this workflow owns. The signal `itemClosed` reports each item that closes. The workflow also reads the ledger, so a lost signal causes only a delay.
 * The first read comes after 30 s, and a longer wait is followed by a longer pause: a training may take 30 days, and the history of a workflow that reads
 * every 30 s reaches Temporal's limit of 51,200 events after 38 hours.
 */
export class OwnedItems {
  readonly #closed = new Map<ItemId, ClosedItem>();
  #version = 0;
  #checked = 0;
  readonly #stage: WaitingStage;
  /** The time for which this workflow has waited for items, without the time between two waits. */
  #waitedMs = 0;
  /** The items that no node can take, each with `#waitedMs` at the first look that found that. */
  readonly #unplacedSince = new Map<ItemId, number>();
  #said = '';

  constructor(stage: WaitingStage) {
    this.#stage = stage;
    setHandler(itemClosedSignal, (item) => this.#take(item), { description: 'An item of this workflow has closed' });
  }

  #take(item: ClosedItem): void {
    if (this.#closed.has(item.item)) return;
    this.#closed.set(item.item, item);
    this.#unplacedSince.delete(item.item);
    this.#version += 1;
  }

  closed = (ids: readonly ItemId[]): ClosedItem[] => ids.flatMap((id) => this.#closed.get(id) ?? []);
  get version(): number {
    return this.#version;
  }

  /** Waits until another item of `ids` has closed since `version`. The workflow learns of the closed item from a signal or from the ledger. */
  async change(ids: readonly ItemId[], version: number): Promise<void> {
    const isBounded = patched(patches.boundedReads);
    let waitedMs = 0;
    let timesUnknown = 0;
    for (;;) {
      const restMs = isBounded ? restAfter(waitedMs) : ownedItemsCheckMs;
      if (await condition(() => this.#version !== version, restMs, { summary: 'waiting for items' })) return;
      waitedMs += restMs;
      this.#waitedMs += restMs;
      const some = isBounded ? this.#next(ids) : ids;
      const known = await this.#read(some, isBounded);
      if (this.#version !== version) return;
      await this.#endWithoutNode(known);
      const [unknown] = this.#unknown(some, known);
      timesUnknown = unknown === undefined ? 0 : timesUnknown + 1;
      if (unknown !== undefined && timesUnknown >= unknownReadsMax) throw isGone(unknown);
    }
  }

  /** Returns some of the ids whose items are open, and other ones at the next call. */
  #next(ids: readonly ItemId[]): readonly ItemId[] {
    const open = ids.filter((id) => !this.#closed.has(id));
    if (this.#checked >= open.length) this.#checked = 0;
    const some = open.slice(this.#checked, this.#checked + itemsCheckedMax);
    this.#checked += some.length;
    return some;
  }

  /** Reads the ledger for items that closed before the signal handler was set, or whose signal was lost. Returns the items that the ledger knows. */
  refresh = (ids: readonly ItemId[]): Promise<readonly ClosedItem[]> => this.#read(ids, false);

  async #read(ids: readonly ItemId[], withNodes: boolean): Promise<readonly ClosedItem[]> {
    const known = await readItems(
      ids.filter((id) => !this.#closed.has(id)),
      withNodes,
    );
    for (const item of known) if (isClosedState(item.state)) this.#take(item);
    return known;
  }

  #unknown(ids: readonly ItemId[], known: readonly ClosedItem[]): readonly ItemId[] {
    const names = new Set(known.map(({ item }) => item));
    return ids.filter((id) => !names.has(id) && !this.#closed.has(id));
  }

  /** Ends the stage when no node could take one of these items for too long. Until then the stage says why it waits. */
  async #endWithoutNode(looked: readonly ClosedItem[]): Promise<void> {
    const unplaced = looked.flatMap(({ item, noNode }): readonly UnplacedItem[] => {
      if (noNode === undefined) {
        this.#unplacedSince.delete(item);
        return [];
      }
      const sinceMs = this.#unplacedSince.get(item) ?? this.#waitedMs;
      this.#unplacedSince.set(item, sinceMs);
      return [{ item, noNode, waitedMs: this.#waitedMs - sinceMs }];
    });
    const [first] = unplaced;
    // The patch is asked for only when the stage has such an item, or had one. So a history without such an item has no trace of it.
    if (first !== undefined && patched(patches.noNode)) {
      const failure = endOfWait(unplaced, this.#stage);
      if (failure !== undefined) throw failWith(failure);
      await this.#say(sayWait(first));
    } else if (this.#said !== '' && this.#unplacedSince.size === 0) {
      await this.#say('');
    }
  }

  async #say(detail: string): Promise<void> {
    if (detail === this.#said) return;
    this.#said = detail;
    const { pipeline, turn, stage } = this.#stage;
    const shown = detail === '' ? 'a node can run the items again' : detail;
    setDetails(`turn ${turn}: ${stage} ${shown}`, {}, stage);
    await ledger.recordStage({ pipeline, turn, stage, detail: shown });
  }

  /**
   * Waits until all items are closed, and returns them. Calls `onChange` with the closed items. Items that close while `onChange` runs are
   * counted together in the next call.
   */
  async all(ids: readonly ItemId[], onChange: (closed: readonly ClosedItem[]) => Promise<void>): Promise<ClosedItem[]> {
    await this.refresh(ids);
    for (;;) {
      const version = this.#version;
      const closed = this.closed(ids);
      await onChange(closed);
      if (closed.length >= ids.length) return closed;
      await this.change(ids, version);
    }
  }
}

/** Returns the error of a stage that waits for an item that the queue lost, for example by a restore. Nothing would ever close that item. */
const isGone = (item: ItemId) =>
  failWith(
    failureRecord('queue.unknown-item', {
      cannot: `wait for ${item}`,
      because: 'the queue does not have it any more',
      hint: { say: 'running the turn again, which enqueues the item again' },
      fields: { item },
    }),
  );

/** Returns the next pause between two reads of the ledger. */
const restAfter = (waitedMs: number): number =>
  Math.min(ownedItemsCheckMsMax, Math.max(ownedItemsCheckMs, Math.round(waitedMs * ownedItemsCheckShare)));

/** Returns why an item failed, with the last lines of its program's stderr. */
export function failureText({ item, state, outcome }: ClosedItem): string {
  if (outcome?.type !== 'failed') return `${item} is ${state}`;
  const { failure } = outcome;
  const lines = lastLinesOf(failure);
  const end = lines.length === 0 ? '' : ` (stderr ends: ${lines.join(' | ')})`;
  return `${item} is ${state}: ${failure.code}: ${failure.message}${end}`;
}
