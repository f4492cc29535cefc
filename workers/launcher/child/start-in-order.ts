import { resultWithin } from '../../../activities/result-within.ts';
import { clusterNeedsOf, type StartNeed } from '../../../src/domain/cluster/start-order.ts';
import type { ProcessEntry } from './process-table.ts';

/** How far a process is. Each resolves also when its supervision ends. */
export interface Reached {
  readonly started: Promise<unknown>;
  readonly ready: Promise<unknown>;
  readonly settled: Promise<unknown>;
}

/**
 * Starts each process of the table as soon as the processes that it needs are as far as it needs them (`start-order.ts`). `start` returns undefined when nothing
 * may start any more. `others` are processes that are not in the table. `say` receives a line about each process that starts without another. Resolves when the
 * cluster has started, and rejects at the first failure.
 */
export async function startInOrder<Entry extends Pick<ProcessEntry, 'name' | 'needs'>>(
  table: readonly Entry[],
  start: (entry: Entry) => Reached | undefined,
  others: ReadonlyMap<string, Reached> = new Map(),
  say: (line: string) => void = () => {},
): Promise<void> {
  const reached = new Map(others);
  for (const entry of table) {
    const { name, needs } = entry;
    const begun = Promise.all(needs.flatMap((need) => meets(need, reached.get(need.process), (line) => say(`${name} starts without ${line}`)))).then(
      () => start(entry),
    );
    const at = (step: keyof Reached): Promise<unknown> => begun.then((one) => one?.[step]);
    reached.set(name, { started: at('started'), ready: at('ready'), settled: at('settled') });
  }
  const all = Promise.all([...reached.values()].flatMap(({ started, ready, settled }) => [started, ready, settled]));
  const needed = clusterNeedsOf([...reached.keys()]).map((need) =>
    meets(need, reached.get(need.process), (line) => say(`the cluster starts without ${line}`)),
  );
  await Promise.race([all, Promise.all(needed)]);
}

/** Resolves when the process is as far as it is needed, or when the time is up. */
async function meets({ process, until, msMax }: StartNeed, reached: Reached | undefined, say: (line: string) => void): Promise<void> {
  if (reached === undefined || msMax === undefined) return void (await reached?.[until]);
  const isThere = await resultWithin(
    msMax,
    reached[until].then(() => true),
  );
  if (isThere === undefined) say(`${process}, which is not ${until} after ${msMax / 1_000} s`);
}
