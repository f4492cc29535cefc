import { condition, setHandler } from '@temporalio/workflow';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import type { ItemId } from '../../src/domain/ids.ts';
import { isClosedState } from '../../src/domain/item/work-item.ts';
import { ledger } from './activities.ts';
import { itemClosedSignal } from './signals.ts';

const reconcileEvery = '30s';

/** Items this workflow owns. Told by `itemClosed`; looks into the ledger now and then, so that a lost signal only delays. */
export class OwnedItems {
  readonly #closed = new Map<ItemId, ClosedItem>();
  #version = 0;

  constructor() {
    setHandler(itemClosedSignal, (item) => this.#take(item), { description: 'An item of this workflow has closed' });
  }

  #take(item: ClosedItem): void {
    if (this.#closed.has(item.item)) return;
    this.#closed.set(item.item, item);
    this.#version += 1;
  }

  closed = (ids: readonly ItemId[]): ClosedItem[] => ids.flatMap((id) => this.#closed.get(id) ?? []);
  get version(): number {
    return this.#version;
  }

  /** Returns when something of `ids` has closed that had not at `version`, from a signal or from the ledger. */
  async change(ids: readonly ItemId[], version: number): Promise<void> {
    while (!(await condition(() => this.#version !== version, reconcileEvery, { summary: 'waiting for items' }))) await this.refresh(ids);
  }

  /** Reads the ledger: what closed before we listened, or while nobody could tell us. */
  async refresh(ids: readonly ItemId[]): Promise<void> {
    const open = ids.filter((id) => !this.#closed.has(id));
    for (const item of await ledger.items({ items: open })) if (isClosedState(item.state)) this.#take(item);
  }

  /** All of them, closed. `onChange` sees how many are; what closes while it works is seen together the next time. */
  async all(ids: readonly ItemId[], onChange: (closed: number) => Promise<void>): Promise<ClosedItem[]> {
    await this.refresh(ids);
    for (;;) {
      const version = this.#version;
      const closed = this.closed(ids);
      await onChange(closed.length);
      if (closed.length >= ids.length) return closed;
      await this.change(ids, version);
    }
  }
}

export const failureText = ({ item, state, outcome }: ClosedItem): string =>
  outcome?.type === 'failed' ? `${item} is ${state}: ${outcome.failure.code}: ${outcome.failure.message}` : `${item} is ${state}`;
