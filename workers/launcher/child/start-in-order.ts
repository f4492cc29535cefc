import type { ProcessEntry } from './process-table.ts';

/** How far a process is. Both resolve also when its supervision ends. */
export interface Reached {
  readonly started: Promise<unknown>;
  readonly ready: Promise<unknown>;
}

/**
 * Starts each process of the table as soon as the processes that it needs are as far as it needs them (`start-order.ts`). `start` returns undefined when nothing
 * may start any more. `others` are processes that are not in the table. Resolves when all are ready, and rejects at the first failure.
 */
export async function startInOrder<Entry extends Pick<ProcessEntry, 'name' | 'needs'>>(
  table: readonly Entry[],
  start: (entry: Entry) => Reached | undefined,
  others: ReadonlyMap<string, Reached> = new Map(),
): Promise<void> {
  const reached = new Map(others);
  for (const entry of table) {
    const { name, needs } = entry;
    const begun = Promise.all(needs.flatMap(({ process, until }) => reached.get(process)?.[until] ?? [])).then(() => start(entry));
    reached.set(name, { started: begun.then((one) => one?.started), ready: begun.then((one) => one?.ready) });
  }
  await Promise.all([...reached.values()].flatMap(({ started, ready }) => [started, ready]));
}
