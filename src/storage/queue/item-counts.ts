import type { ItemState } from '../../domain/item/work-item.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

/** The number of items in each state. The table `counts` has them, so that the status needs no scan. */
export class ItemCounts {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  of(state: ItemState): number {
    return this.#ledger.statement<{ items: number }>('SELECT items FROM counts WHERE state = ?').get(state)?.items ?? 0;
  }

  /** Call this in the transaction that adds or removes items. */
  add(state: ItemState, change: number): void {
    if (change !== 0) this.#ledger.statement('UPDATE counts SET items = items + ? WHERE state = ?').run(change, state);
  }

  /** Call this in the transaction that changes the state of items. */
  move(from: ItemState, to: ItemState, items: number): void {
    if (from === to || items === 0) return;
    this.#ledger
      .statement('UPDATE counts SET items = items + CASE state WHEN ? THEN ? ELSE ? END WHERE state IN (?, ?)')
      .run(from, -items, items, from, to);
  }

  /** Counts the items again. */
  recount(): void {
    this.#ledger.write('count the items', () => {
      this.#ledger.statement('UPDATE counts SET items = 0').run();
      const states = this.#ledger.statement<{ state: ItemState; items: number }>('SELECT state, count(*) AS items FROM items GROUP BY state').all();
      for (const { state, items } of states) this.add(state, items);
    });
  }
}
