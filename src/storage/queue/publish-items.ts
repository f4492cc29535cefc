/** The events about items, in the outbox of the queue. Each function is called in the transaction that changes the items. */
import { given } from '../../base/given.ts';
import type { EventTypeName } from '../../domain/event/event-types.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { NodeId } from '../../domain/ids.ts';
import { isOpenState, type ItemState } from '../../domain/item/work-item.ts';
import { causeOfNext, publish, rememberCause } from '../event/publish.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import type { ItemRow } from './item-columns.ts';

type Place = { readonly pipeline?: string | undefined; readonly turn?: number | undefined };

/** The story of a turn's items: the events that can end a stage of the turn. */
export const turnStory = (pipeline: string, turn: number): string => `items of ${pipeline}/${turn}`;
const itemStory = (item: string): string => `cancellation of ${item}`;
const placeOf = ({ pipeline, turn }: Pick<ItemRow, 'pipeline' | 'turn'>): Place => ({ pipeline: pipeline ?? undefined, turn: turn ?? undefined });

function rememberForTurn(ledger: Ledger, { pipeline, turn }: Place, event: string): void {
  if (pipeline !== undefined && turn !== undefined) rememberCause(ledger, turnStory(pipeline, turn), event);
}

/** The type of the event about a try that did not complete, by the state of its item afterwards. */
const ofState: Readonly<
  Record<Exclude<ItemState, 'claimed' | 'running' | 'completed' | 'cancelled'>, Extract<EventTypeName, 'WORK_RETRY' | 'WORK_FAILED' | 'WORK_TIMEOUT'>>
> = {
  pending: 'WORK_RETRY',
  failed: 'WORK_FAILED',
  dead: 'WORK_FAILED',
  'timed-out': 'WORK_TIMEOUT',
};

interface EndedTry {
  readonly row: ItemRow;
  readonly node: NodeId;
  /** The state of the item after the try. */
  readonly state: ItemState;
  readonly attempts: number;
  readonly failure: FailureRecord;
}

/**
 * Publishes the event about a try that did not complete, and returns its id. `cause` is the event that ended the try from outside, such as the loss of its
 * node.
 */
export function publishFailedTry(
  ledger: Ledger,
  { row, node, state, attempts, failure }: EndedTry,
  nowMs: number,
  cause?: string,
): string | undefined {
  const { id: item, epoch, attempts_max: attemptsMax } = row;
  const place = placeOf(row);
  const facts = { atMs: nowMs, actor: 'ledger' };
  if (state === 'cancelled')
    return publish(ledger, 'WORK_STOPPED', { item, epoch, node, ...given(place) }, { ...facts, cause: causeOfNext(ledger, itemStory(item)) });
  if (state === 'completed' || isOpenState(state)) return undefined;
  const { code, message } = failure;
  const type = ofState[state];
  const event = publish(ledger, type, { item, epoch, node, ...given(place), state, code, message, attempts, attemptsMax }, { ...facts, cause });
  if (state !== 'pending') rememberForTurn(ledger, place, event);
  return event;
}

export interface Cancellation {
  /** The items, as they were before they were cancelled. */
  readonly rows: readonly ItemRow[];
  readonly by: string;
  readonly reason: string;
  readonly cause?: string | undefined;
}

/** Publishes one event for items that were cancelled together. Items whose cancellation was asked for before are left out. */
export function publishCancelled(ledger: Ledger, { rows, by, reason, cause }: Cancellation, nowMs: number): void {
  const fresh = rows.filter(({ cancel_requested: isAsked }) => isAsked === 0);
  const [first] = fresh;
  if (first === undefined) return;
  const isOneTurn = fresh.every(({ pipeline, turn }) => pipeline === first.pipeline && turn === first.turn);
  const running = fresh.filter(({ state }) => isOpenState(state));
  const items = fresh.map(({ id }) => id);
  const place = isOneTurn ? given(placeOf(first)) : {};
  const event = publish(
    ledger,
    'WORK_CANCELLED',
    { count: fresh.length, running: running.length, items, by, reason, ...place },
    { atMs: nowMs, actor: by, cause },
  );
  for (const { id } of running) rememberCause(ledger, itemStory(id), event);
  // What Ringmaster itself cancels has ended already, so it ends no stage.
  if (by !== 'ringmaster')
    for (const one of new Map(fresh.map((row) => [`${row.pipeline}/${row.turn}`, placeOf(row)])).values()) rememberForTurn(ledger, one, event);
}

/** Publishes that a stage was stopped, because its program has a defect. The failure of the last try caused it. */
export function publishDefect(ledger: Ledger, row: ItemRow, message: string, cancelled: number, nowMs: number): void {
  const { pipeline, turn } = placeOf(row);
  if (pipeline === undefined || turn === undefined) return;
  const cause = causeOfNext(ledger, turnStory(pipeline, turn));
  const event = publish(
    ledger,
    'PIPELINE_DEFECT',
    { pipeline, turn, kind: row.kind, item: row.id, message, cancelled },
    { atMs: nowMs, actor: 'ledger', cause },
  );
  rememberCause(ledger, turnStory(pipeline, turn), event);
}
