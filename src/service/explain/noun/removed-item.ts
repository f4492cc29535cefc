import { given } from '../../../base/given.ts';
import { thing } from '../../../domain/event/thing.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';
import { jobKey } from '../../../domain/ids.ts';
import type { JobView } from '../../../domain/job/view.ts';
import { ago, days } from '../../say.ts';
import { explainFailure } from '../explain-failure.ts';
import type { ExplainReads } from '../explain-facts.ts';

const historyMax = 10;

/**
 * Returns the explanation of an item, or of one of its tries, that the queue no longer has. Returns undefined when neither the ledger of closed jobs nor
 * the event log knows the item.
 */
export async function explainRemovedItem(id: string, reads: ExplainReads, nowMs: number): Promise<Explanation | undefined> {
  const [item = '', epoch] = id.split('/');
  const tries = (await reads.triesOf?.(item)) ?? [];
  const shown = epoch === undefined ? tries : tries.filter((one) => one.epoch === Number(epoch));
  const last = shown.at(-1);
  if (last === undefined && (epoch !== undefined || !(await hasEvents(item, reads)))) return undefined;
  return {
    v: 2,
    id,
    kind: epoch === undefined ? 'item' : 'job',
    title: epoch === undefined ? `work item ${item}, which was removed` : `job ${id}, a try at an item that was removed`,
    state: 'removed',
    ...given({ sinceMs: last?.endedAtMs }),
    why: [sayKept(reads.itemsKeptMs), ...(last === undefined ? [] : [`Its last known try: ${sayTry(last, nowMs)}.`])],
    ...(last?.failure === undefined ? {} : { failure: explainFailure(last.failure, { item, epoch: last.epoch, node: last.node }) }),
    history: tries.slice(-historyMax).map((one) => sayTry(one, nowMs)),
    commands: [`ringmaster event list --about item:${item}`],
  };
}

/** Returns how long the queue keeps a closed item. */
const sayKept = (keptMs: number | undefined): string =>
  keptMs === undefined
    ? 'The queue has no row of it. The row was removed, or an older copy of the queue was restored.'
    : `The queue has no row of it: a closed item is removed ${days(keptMs)} after its end (\`retention.items\`). An older copy of the queue, when it was restored, also lacks newer items.`;

const sayTry = (job: JobView, nowMs: number): string =>
  `${jobKey(job)} ${job.failure === undefined ? job.state : `failed with ${job.failure.code}`} on ${job.node}${job.endedAtMs === undefined ? '' : ` ${ago(nowMs - job.endedAtMs)} ago`}`;

async function hasEvents(item: string, reads: ExplainReads): Promise<boolean> {
  try {
    return ((await reads.events?.({ about: thing('item', item), limit: 1 }))?.events.length ?? 0) > 0;
  } catch {
    return false; // The event log cannot be read. It would only have added to the explanation.
  }
}
