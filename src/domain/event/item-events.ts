/**
 * The events about items and tries. A try that completes is no event: a busy cluster completes ten a second, and the ledgers of items and of closed jobs
 * already keep each of them (`docs/decisions/0011-the-event-log.md`).
 */
import { eventType } from './event-type.ts';
import { maybe, number, text, texts } from './fields.ts';
import { type Thing, thing, thingsOf } from './thing.ts';

const place = {
  pipeline: maybe(text('The pipeline of the items.')),
  turn: maybe(number('The turn of the items.')),
};
const things = (items: readonly string[], pipeline?: string, turn?: number): readonly Thing[] => [
  ...items.map((item) => thing('item', item)),
  ...thingsOf(pipeline, turn),
];
const some = (count: number): string => (count === 1 ? '1 item' : `${count} items`);
const named = (items: readonly string[], count: number): string => `${items.slice(0, 3).join(', ')}${count > Math.min(3, items.length) ? ', …' : ''}`;

const endedTry = {
  item: text('The item.'),
  epoch: number('The number of the try.'),
  node: text('The node of the try.'),
  ...place,
  state: text('The state of the item after the try.'),
  code: text('The code of the failure.'),
  message: text('The failure, as one sentence.'),
  attempts: number('The tries of the item that count, with this one.'),
  attemptsMax: number('The tries that the item may have.'),
};

/** Returns the type of a try that failed. */
const failedTry = (when: string, words: (state: string) => string) =>
  eventType({
    version: 1,
    when,
    fields: endedTry,
    about: ({ item, epoch, node, pipeline, turn }) => [thing('job', `${item}/${epoch}`), thing('node', node), ...things([item], pipeline, turn)],
    say: ({ item, epoch, node, state, code, attempts, attemptsMax }) =>
      `try ${epoch} of ${item} failed on ${node} (${code}): ${words(state)} after ${attempts} of ${attemptsMax} tries`,
  });

export const itemEvents = {
  WORK_QUEUED: eventType({
    version: 1,
    when: 'Items were added to the queue. One event covers the items of one kind, turn and owner that were added within ten seconds, and names at most 20 of them.',
    fields: {
      count: number('How many items.'),
      kind: text('The kind of the items.'),
      items: texts('The first items.'),
      owner: text('Who wants them.'),
      ...place,
    },
    about: ({ items, pipeline, turn }) => things(items, pipeline, turn),
    say: ({ count, kind, items, owner }) => `${some(count)} of ${kind} queued for ${owner} (${named(items, count)})`,
  }),
  WORK_UNPLACED: eventType({
    version: 1,
    when: 'No node of the cluster has the slots and labels for items: they were added to the queue, and none with this need waited before, or a changed cluster file took their last node.',
    fields: {
      count: number('How many items.'),
      items: texts('The first items.'),
      because: text('The slots and labels that they need, and the lack of each node that comes nearest.'),
    },
    about: ({ items }) => things(items),
    say: ({ count, items, because }) => `${some(count)} (${named(items, count)}) wait for a node, because ${because}`,
  }),
  WORK_RETRY: failedTry('A try failed, and its item is pending again.', () => 'it is pending again'),
  WORK_FAILED: failedTry('A try failed, and its item is failed or dead: it is not tried again.', (state) => `it is ${state}`),
  WORK_TIMEOUT: failedTry('A try reached its time limit, and its item is not tried again.', () => 'it is timed out'),
  WORK_CANCELLED: eventType({
    version: 1,
    when: 'Items were cancelled by an operator, or because their turn or stage has ended. One event covers the items that were cancelled together.',
    fields: {
      count: number('How many items.'),
      running: number('How many of them a node was trying. Their tries are stopped.'),
      items: texts('The first items.'),
      by: text('Who cancelled them.'),
      reason: text('Why.'),
      ...place,
    },
    about: ({ items, pipeline, turn }) => things(items, pipeline, turn),
    say: ({ count, running, items, by, reason }) =>
      `${by} cancelled ${some(count)} (${named(items, count)})${running === 0 ? '' : `, ${running} of them running`}: ${reason}`,
  }),
  WORK_STOPPED: eventType({
    version: 1,
    when: 'A try ended whose item had been cancelled.',
    fields: { item: text('The item.'), epoch: number('The number of the try.'), node: text('The node of the try.'), ...place },
    about: ({ item, epoch, node, pipeline, turn }) => [thing('job', `${item}/${epoch}`), thing('node', node), ...things([item], pipeline, turn)],
    say: ({ item, epoch, node }) => `try ${epoch} of the cancelled ${item} ended on ${node}`,
  }),
  JOB_REAPED: eventType({
    version: 1,
    when: 'JOB_REAPER ended a job that was over every limit, or processes of a job that nothing owned.',
    fields: {
      item: text('The item.'),
      epoch: number('The number of the try.'),
      node: text('The node of the try.'),
      because: text('Why the job was ended.'),
    },
    about: ({ item, epoch, node }) => [thing('job', `${item}/${epoch}`), thing('item', item), thing('node', node)],
    say: ({ item, epoch, node, because }) => `try ${epoch} of ${item} was ended on ${node} because ${because}`,
  }),
  STRAY_JOBS_FOUND: eventType({
    version: 1,
    when: 'A node has old folders of jobs that no ledger knows, as after a restore of an older copy. The folders are removed, except those of jobs that still run.',
    fields: {
      node: text('The node.'),
      count: number('How many jobs.'),
      jobs: texts('The first jobs.'),
      running: texts('The first of the jobs of which a process lives.'),
    },
    about: ({ node, jobs }) => [thing('node', node), ...jobs.map((job) => thing('job', job))],
    say: ({ node, count, jobs, running }) =>
      `${node} has old folders of ${count} jobs that no ledger knows (${named(jobs, count)})${running.length === 0 ? '' : `; still running: ${running.join(', ')}`}`,
  }),
} as const;
