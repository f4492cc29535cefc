/**
 * Table `pipeline_wishes` of `resource_state.db`: what an operator wishes of each pipeline, which turn is next, and how many turns are wanted. An
 * operator's request and each rest of the pipeline's workflow write here. A report of the workflow never replaces a newer wish.
 */
import { given } from '../../base/given.ts';
import { newerPipelineWish, type PipelineStanding, type PipelineWish, type PipelineWished, type TurnsLeft } from '../../domain/pipeline/wish.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { publishWish } from './publish-wish.ts';

export const pipelineWishesTable = `
  CREATE TABLE pipeline_wishes (
    pipeline TEXT PRIMARY KEY,
    next_turn INTEGER NOT NULL,
    turns_left INTEGER NOT NULL,
    wish TEXT CHECK (wish IN ('running', 'paused', 'stopped')),
    at_once INTEGER NOT NULL DEFAULT 0,
    wished_by TEXT,
    reason TEXT,
    since_ms INTEGER,
    until_ms INTEGER,
    held_at_ms INTEGER
  ) STRICT;
`;

interface WishRow {
  readonly pipeline: string;
  readonly next_turn: number;
  readonly turns_left: number;
  readonly wish: PipelineWished | null;
  readonly at_once: 0 | 1;
  readonly wished_by: string | null;
  readonly reason: string | null;
  readonly since_ms: number | null;
  readonly until_ms: number | null;
  readonly held_at_ms: number | null;
}

/** The number in the column `turns_left` that means "without end". */
const unlimited = -1;
const toTurnsLeft = (stored: number): TurnsLeft => (stored === unlimited ? 'unlimited' : stored);
const fromTurnsLeft = (left: TurnsLeft): number => (left === 'unlimited' ? unlimited : left);

const toWish = (row: WishRow): PipelineWish | undefined =>
  row.wish === null
    ? undefined
    : given({
        wish: row.wish,
        now: row.at_once === 1 ? true : undefined,
        by: row.wished_by ?? '',
        reason: row.reason ?? '',
        sinceMs: row.since_ms ?? 0,
        untilMs: row.until_ms ?? undefined,
        heldAtMs: row.held_at_ms ?? undefined,
      });
const toStanding = (row: WishRow): PipelineStanding => ({
  nextTurn: row.next_turn,
  turnsLeft: toTurnsLeft(row.turns_left),
  ...given({ wish: toWish(row) }),
});

interface ReportFacts {
  readonly nowMs: number;
  readonly heldAtMs?: number;
  readonly cause?: string;
}

export class PipelineWishes {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  of(pipeline: string): PipelineStanding | undefined {
    const row = this.#ledger.statement<WishRow>('SELECT * FROM pipeline_wishes WHERE pipeline = ?').get(pipeline);
    return row === undefined ? undefined : toStanding(row);
  }

  /** Records what the pipeline's workflow reports. `heldAtMs` is the time of the report when the workflow rests because of its wish. */
  report(pipeline: string, standing: PipelineStanding, { nowMs, heldAtMs, cause }: ReportFacts): void {
    const wish = newerPipelineWish(this.of(pipeline)?.wish, standing.wish, heldAtMs);
    this.put(pipeline, { nextTurn: standing.nextTurn, turnsLeft: standing.turnsLeft, ...given({ wish }) }, nowMs, cause);
  }

  /** Records a standing, and publishes the event about its wish when the wish is new. `cause` is the event because of which Ringmaster wishes it. */
  put(pipeline: string, standing: PipelineStanding, nowMs: number, cause?: string): void {
    const { nextTurn, turnsLeft, wish } = standing;
    publishWish(this.#ledger, pipeline, this.of(pipeline)?.wish, standing, { atMs: nowMs, cause });
    this.#ledger
      .statement(
        `INSERT OR REPLACE INTO pipeline_wishes
           (pipeline, next_turn, turns_left, wish, at_once, wished_by, reason, since_ms, until_ms, held_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        pipeline,
        nextTurn,
        fromTurnsLeft(turnsLeft),
        wish?.wish ?? null,
        wish?.now === true ? 1 : 0,
        wish?.by ?? null,
        wish?.reason ?? null,
        wish === undefined ? null : Math.round(wish.sinceMs),
        wish?.untilMs === undefined ? null : Math.round(wish.untilMs),
        wish?.heldAtMs === undefined ? null : Math.round(wish.heldAtMs),
      );
  }
}

/** Returns what the ledger knows of the wishes of all pipelines, by name. */
export const readStandings = (reader: LedgerReader): ReadonlyMap<string, PipelineStanding> =>
  new Map(reader.all<WishRow>('SELECT * FROM pipeline_wishes').map((row) => [row.pipeline, toStanding(row)]));
