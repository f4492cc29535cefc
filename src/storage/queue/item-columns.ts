/**
 * The columns of table `items` in `work_queue.db`. The row's type, the SELECT lists and the INSERT are made from this list. So a new column needs one
 * line here and a migration (`work-queue-rows.ts`).
 */
import type { ItemId, NodeId } from '../../domain/ids.ts';
import type { FailedOn } from '../../domain/item/placement.ts';
import type { ItemState, JobKind, WorkItemSpec } from '../../domain/item/work-item.ts';
import { shapeOf } from './item-shape.ts';
import { given } from '../../base/given.ts';

interface NewItem {
  readonly spec: WorkItemSpec;
  readonly avoid: NodeId | undefined;
  readonly nowMs: number;
  /** The epoch of an item that had no try yet. Its first try has the next epoch. */
  readonly epochFloor: number;
}

/** A column without `atInsert` gets the table's default when a row is inserted. */
interface ItemColumn<Value> {
  readonly atInsert?: (item: NewItem) => Value;
}

const column = <Value>(atInsert?: (item: NewItem) => Value): ItemColumn<Value> => given({ atInsert });

/** The columns that a match reads and that `ItemRow` does not have. */
const matchColumns = {
  shape: column(({ spec }) => shapeOf(spec)),
};

const viewColumns = {
  seq: column<number>(),
  id: column<ItemId>(({ spec }) => spec.id),
  state: column<ItemState>(() => 'pending'),
  kind: column<JobKind>(({ spec }) => spec.kind),
  pipeline: column<string | null>(({ spec }) => spec.pipeline ?? null),
  turn: column<number | null>(({ spec }) => spec.turn ?? null),
  owner: column<string | null>(({ spec }) => spec.owner ?? null),
  priority: column<number>(({ spec }) => spec.priority),
  slots: column<number>(({ spec }) => spec.slots),
  epoch: column<number>(({ epochFloor }) => epochFloor),
  attempts: column<number>(),
  attempts_max: column<number>(({ spec }) => spec.attemptsMax),
  node: column<NodeId | null>(),
  /** A list of `FailedOn` as JSON: the nodes that the item avoids. */
  failed_on: column<string>(({ avoid, nowMs }) => JSON.stringify(avoid === undefined ? [] : [{ node: avoid, atMs: nowMs } satisfies FailedOn])),
  /** Number of tries that do not count, because they failed on a broken node. */
  free_tries: column<number>(),
  workflow_id: column<string | null>(),
  run_id: column<string | null>(),
  cancel_requested: column<0 | 1>(),
  progress_done: column<number | null>(),
  progress_of: column<number | null>(),
  claimed_at_ms: column<number | null>(),
  started_at_ms: column<number | null>(),
  created_at_ms: column<number>(({ nowMs }) => nowMs),
  changed_at_ms: column<number>(({ nowMs }) => nowMs),
  history: column<string>(),
  outcome: column<string | null>(),
};

type RowOf<Columns> = { readonly [Name in keyof Columns]: Columns[Name] extends ItemColumn<infer Value> ? Value : never };

/** A row without its spec. */
export type ItemRow = RowOf<typeof viewColumns>;
export const itemColumns = Object.keys(viewColumns).join(', ');

const openNames = ['seq', 'id', 'epoch', 'node', 'slots', 'claimed_at_ms'] as const;
/** The columns of an item that a job holds, as far as a claim needs them. */
export type OpenRow = Pick<ItemRow, (typeof openNames)[number]>;
export const openColumns = openNames.join(', ');

const candidateNames = ['seq', 'id', 'priority', 'slots', 'shape', 'epoch', 'failed_on'] as const;
/** The columns of a pending item that a match reads. */
export type CandidateRow = Pick<RowOf<typeof viewColumns & typeof matchColumns>, (typeof candidateNames)[number]>;
export const candidateColumns = candidateNames.join(', ');

type Inserted = readonly [name: string, value: (item: NewItem) => unknown];
const inserted = Object.entries<ItemColumn<unknown>>({ ...viewColumns, ...matchColumns }).flatMap(([name, { atInsert }]): Inserted[] =>
  atInsert === undefined ? [] : [[name, atInsert]],
);
/** The parameters have no names, because better-sqlite3 binds named parameters 20 % slower. They are in the order of the columns. */
export const insertItem = `INSERT INTO items (${inserted.map(([name]) => name).join(', ')}) VALUES (${inserted.map(() => '?').join(', ')})`;
/** Returns the parameters of `insertItem`, in its order. */
export const newItemValues = (item: NewItem): readonly unknown[] => inserted.map(([, value]) => value(item));
