/**
 * Table `daemons` of `resource_state.db`: the state of each daemon, and what the operator wishes of it. The daemon's workflow reports the state. Only an
 * operator changes a wish, and a report never replaces a newer one. A daemon that left the catalogue keeps its row until the table is full.
 */
import { given } from '../../base/given.ts';
import type { FailedDaemon, MissingDaemon } from '../../domain/daemon/await-daemons.ts';
import {
  carriesDependants,
  type Daemon,
  type DaemonHealth,
  type DaemonTransition,
  type DaemonWish,
  type ReportedDaemon,
} from '../../domain/daemon/daemon.ts';
import type { ManagedWish } from '../../domain/daemon/manager.ts';
import type { DaemonVerb } from '../../domain/daemon/wish-request.ts';
import { ledgerLimits } from '../limits.ts';
import { causeOfNext, forgetCause, publish, rememberCause } from '../event/publish.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

export const daemonsTable = `
  CREATE TABLE daemons (
    daemon TEXT PRIMARY KEY,
    state TEXT,
    seq INTEGER NOT NULL DEFAULT -1,
    record TEXT,
    wish TEXT,
    health TEXT,
    changed_at_ms INTEGER NOT NULL
  ) STRICT;
`;

interface Row {
  readonly daemon: string;
  readonly seq: number;
  readonly record: string | null;
  readonly wish: string | null;
  readonly health: string | null;
}

/** The ledger's knowledge of a daemon. `record` is absent until the daemon's workflow has reported, and `wish` until an operator has made a wish. */
export interface KnownDaemon {
  readonly id: string;
  readonly record?: Daemon;
  readonly wish?: ManagedWish;
}

const known = ({ daemon, record, wish, health }: Row): KnownDaemon => ({
  id: daemon,
  ...given({
    record: record === null ? undefined : withHealth(JSON.parse(record) as Daemon, health),
    wish: wish === null ? undefined : (JSON.parse(wish) as ManagedWish),
  }),
});

/** The health of the last round, or that of the record when the record is newer. */
function withHealth(record: Daemon, text: string | null): Daemon {
  const health = text === null ? undefined : (JSON.parse(text) as DaemonHealth);
  return health === undefined || (record.health?.atMs ?? -1) > health.atMs ? record : { ...record, health };
}

const storyOf = (daemon: string): string => `daemon ${daemon}`;

export class Daemons {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  of(daemon: string): KnownDaemon {
    const row = this.#ledger.statement<Row>('SELECT * FROM daemons WHERE daemon = ?').get(daemon);
    return row === undefined ? { id: daemon } : known(row);
  }

  /** Returns the last record of each of these daemons that has one. */
  records(ids: readonly string[]): Readonly<Record<string, Daemon>> {
    return Object.fromEntries(
      ids.flatMap((id) => {
        const { record } = this.of(id);
        return record === undefined ? [] : [[id, record] as const];
      }),
    );
  }

  /** Returns those of these daemons that do not run, with the reason. */
  notRunning(ids: readonly string[]): readonly MissingDaemon[] {
    return ids.flatMap((id) => {
      const { state = 'stopped', because = 'it has not been started yet' } = this.of(id).record ?? {};
      return carriesDependants(state) ? [] : [{ id, state, because, ...given({ failed: this.#failedOf(id) }) }];
    });
  }

  /** Returns the daemon that has failed: this one, or one for which this one waits, directly or through others. */
  #failedOf(id: string): FailedDaemon | undefined {
    const seen = new Set([id]);
    for (const next of seen) {
      const { state, because = '', missing = [], failure } = this.of(next).record ?? {};
      if (state === 'failed') return { id: next, because, ...given({ code: failure?.record.code }) };
      if (state === 'waiting') for (const one of missing) seen.add(one);
    }
    return undefined;
  }

  /**
   * Records the states of these daemons, and an event for each change of a state, in one transaction. A change that was recorded before is not recorded again,
   * so a repeat changes nothing.
   */
  report(daemons: readonly ReportedDaemon[], nowMs: number): void {
    this.#ledger.write(`record ${daemons.length === 1 ? `daemon ${daemons[0]?.daemon}` : `${daemons.length} daemons`}`, () => {
      for (const daemon of daemons) this.#reportOne(daemon, nowMs);
      this.#forget();
    });
  }

  #reportOne({ daemon, record, changes }: ReportedDaemon, nowMs: number): void {
    const seq = this.#ledger.statement<{ seq: number }>('SELECT seq FROM daemons WHERE daemon = ?').get(daemon)?.seq ?? -1;
    if (record.seq < seq) return;
    for (const change of changes.filter((one) => one.seq > seq)) this.#publish(change, nowMs);
    this.#ledger
      .statement(
        `INSERT INTO daemons (daemon, state, seq, record, changed_at_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (daemon) DO UPDATE SET state = excluded.state, seq = excluded.seq, record = excluded.record, changed_at_ms = excluded.changed_at_ms`,
      )
      .run(daemon, record.state, record.seq, JSON.stringify(record), Math.round(nowMs));
  }

  noteRound = (id: string, health: DaemonHealth): void => this.noteRounds([[id, health]]);

  /** Records what these duties said in their last rounds, in one transaction. A round is no event. */
  noteRounds(rounds: readonly (readonly [id: string, health: DaemonHealth])[]): void {
    if (rounds.length === 0) return;
    this.#ledger.write(`record the rounds of ${rounds.length} daemons`, () => {
      const note = this.#ledger.statement(
        `INSERT INTO daemons (daemon, health, changed_at_ms) VALUES (?, ?, ?)
         ON CONFLICT (daemon) DO UPDATE SET health = excluded.health, changed_at_ms = excluded.changed_at_ms`,
      );
      for (const [id, health] of rounds) note.run(id, JSON.stringify(health), Math.round(health.atMs));
    });
  }

  /** Publishes an operator's request, which causes the next changes of these daemons. */
  noteRequest(daemons: readonly string[], verb: DaemonVerb, { by, reason, sinceMs }: Omit<DaemonWish, 'wish'>): void {
    const event = publish(this.#ledger, 'DAEMONS_WISHED', { daemons, verb, by, reason }, { atMs: sinceMs, actor: by });
    for (const id of daemons) rememberCause(this.#ledger, storyOf(id), event);
  }

  /** Records what an operator wishes of a daemon. */
  putWish(id: string, wish: ManagedWish): void {
    this.#ledger
      .statement(
        `INSERT INTO daemons (daemon, wish, changed_at_ms) VALUES (?, ?, ?)
         ON CONFLICT (daemon) DO UPDATE SET wish = excluded.wish, changed_at_ms = excluded.changed_at_ms`,
      )
      .run(id, JSON.stringify(wish), Math.round(wish.sinceMs));
  }

  /** Publishes that the brake on restarts holds these daemons back, or, with no daemons, that it is off. */
  noteBrake(held: readonly string[], nowMs: number): void {
    const facts = { atMs: nowMs, actor: 'daemon-manager' };
    if (held.length > 0) publish(this.#ledger, 'DAEMON_RESTARTS_BRAKED', { daemons: held }, facts);
    else publish(this.#ledger, 'DAEMON_RESTARTS_RELEASED', {}, facts);
  }

  /** Publishes the change of a state. The change before it, or the operator's request, is its cause. */
  #publish({ daemon, from, to, because, restarts, code, atMs }: DaemonTransition, nowMs: number): void {
    const story = storyOf(daemon);
    const event = publish(this.#ledger, 'DAEMON_STATUS_CHANGED', given({ daemon, from, to, because, restarts, code }), {
      atMs: Math.min(atMs, nowMs),
      actor: daemon,
      cause: causeOfNext(this.#ledger, story),
    });
    // A daemon that runs or has stopped has come to the end of its story.
    if (to === 'running' || to === 'stopped') forgetCause(this.#ledger, story);
    else rememberCause(this.#ledger, story, event);
  }

  #forget(): void {
    this.#ledger
      .statement('DELETE FROM daemons WHERE daemon IN (SELECT daemon FROM daemons ORDER BY changed_at_ms DESC LIMIT -1 OFFSET ?)')
      .run(ledgerLimits.daemonsMax);
  }
}

/** Returns what the ledger knows of all daemons. */
export const readDaemons = (reader: LedgerReader): readonly KnownDaemon[] => reader.all<Row>('SELECT * FROM daemons ORDER BY daemon').map(known);
