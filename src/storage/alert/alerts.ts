/**
 * `alerts.db`: the last state of each alert, the silences of operators, and the notifications (`notifications.ts`). ALERT_MANAGER decides the states, and each change is recorded with its event in
 * one transaction. The file has no history: the event log has it. A file that is lost is filled again by the next round, without the silences.
 */
import { given } from '../../base/given.ts';
import { type Alert, type AlertChange, type AlertLabels, type AlertState, markOf, type AlertSilence } from '../../domain/alert/alert.ts';
import type { ChannelRule } from '../../domain/alert/channel.ts';
import { isRule, ruleOf } from '../../domain/alert/rules.ts';
import { type Thing, thing, thingKinds } from '../../domain/event/thing.ts';
import { silencesMax } from '../../domain/limits.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { outboxTables } from '../event/outbox.ts';
import { causeOfNext, publish, rememberCause } from '../event/publish.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';
import { alertLimits } from '../limits.ts';
import { Notifications, notificationTables } from './notifications.ts';

export const alertsSchema: LedgerSchema = {
  name: 'ledger of alerts',
  migrations: [
    `
    CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
      rule TEXT NOT NULL,
      labels TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('inactive', 'pending', 'firing', 'resolved')),
      summary TEXT NOT NULL,
      for_ms INTEGER NOT NULL,
      since_ms INTEGER NOT NULL,
      held_ms INTEGER NOT NULL,
      held_at_ms INTEGER NOT NULL,
      fired_at_ms INTEGER,
      resolved_at_ms INTEGER,
      changed_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX alerts_state ON alerts (state, changed_at_ms);
    CREATE TABLE silences (
      target TEXT PRIMARY KEY,
      silenced_by TEXT NOT NULL,
      reason TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      until_ms INTEGER NOT NULL
    ) STRICT;
    ${outboxTables}
    `,
    notificationTables,
  ],
};

interface AlertRow {
  readonly id: string;
  readonly rule: string;
  readonly labels: string;
  readonly state: AlertState;
  readonly summary: string;
  readonly for_ms: number;
  readonly since_ms: number;
  readonly held_ms: number;
  readonly held_at_ms: number;
  readonly fired_at_ms: number | null;
  readonly resolved_at_ms: number | null;
}

const toAlert = (row: AlertRow): Alert => ({
  id: row.id,
  rule: row.rule,
  labels: JSON.parse(row.labels) as Alert['labels'],
  state: row.state,
  summary: row.summary,
  forMs: row.for_ms,
  sinceMs: row.since_ms,
  held: { ms: row.held_ms, atMs: row.held_at_ms },
  ...given({ firedAtMs: row.fired_at_ms ?? undefined, resolvedAtMs: row.resolved_at_ms ?? undefined }),
});

interface SilenceRow {
  readonly target: string;
  readonly silenced_by: string;
  readonly reason: string;
  readonly since_ms: number;
  readonly until_ms: number;
}

const toSilence = ({ target, silenced_by: by, reason, since_ms: sinceMs, until_ms: untilMs }: SilenceRow): AlertSilence => ({
  target,
  by,
  reason,
  sinceMs,
  untilMs,
});

const actor = 'ALERT_MANAGER';
const storyOf = (id: string): string => `alert ${id}`;

export class Alerts {
  readonly ledger: Ledger;
  readonly notifications: Notifications;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.notifications = new Notifications(ledger);
  }

  /**
   * Records changes of alerts, each with its event, and the notifications that follow for these channels. A change of an alert that is not in the state
   * before it is left out, so a repeat changes nothing.
   */
  record(changes: readonly AlertChange[], channels: readonly ChannelRule[], nowMs: number): void {
    this.ledger.write('record alerts', () => {
      for (const change of changes) this.#recordOne(change, nowMs);
      const rows = this.#rows;
      this.notifications.record({ channels, alerts: readAlerts(rows), silences: readSilences(rows, nowMs) }, nowMs);
      this.#forget();
    });
  }

  get #rows(): Pick<LedgerReader, 'all'> {
    return { all: (sql, ...values) => this.ledger.statement(sql).all(...values) as never };
  }

  #recordOne({ before, alert }: AlertChange, nowMs: number): void {
    const row = this.ledger.statement<AlertRow>('SELECT * FROM alerts WHERE id = ?').get(alert.id);
    const known = row === undefined ? undefined : toAlert(row);
    if ((known === undefined ? undefined : markOf(known)) !== before) return;
    this.ledger
      .statement(
        `INSERT OR REPLACE INTO alerts (id, rule, labels, state, summary, for_ms, since_ms, held_ms, held_at_ms, fired_at_ms, resolved_at_ms, changed_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        alert.id,
        alert.rule,
        JSON.stringify(alert.labels),
        alert.state,
        alert.summary,
        Math.round(alert.forMs),
        Math.round(alert.sinceMs),
        Math.round(alert.held.ms),
        Math.round(alert.held.atMs),
        rounded(alert.firedAtMs),
        rounded(alert.resolvedAtMs),
        Math.round(nowMs),
      );
    this.#publish(known?.state, alert, nowMs);
  }

  #publish(from: AlertState | undefined, alert: Alert, nowMs: number): void {
    if (from === alert.state) return;
    const { id, rule, summary, sinceMs, firedAtMs = nowMs } = alert;
    const payload = { alert: id, rule, severity: isRule(rule) ? ruleOf(rule).severity : 'warning', summary, things: thingsOfLabels(alert.labels) };
    if (alert.state === 'firing')
      rememberCause(this.ledger, storyOf(id), publish(this.ledger, 'ALERT_FIRED', { ...payload, sinceMs }, { atMs: nowMs, actor }));
    if (alert.state === 'resolved') {
      const firedMs = Math.max(0, nowMs - firedAtMs);
      publish(this.ledger, 'ALERT_RESOLVED', { ...payload, firedMs }, { atMs: nowMs, actor, cause: causeOfNext(this.ledger, storyOf(id)) });
    }
  }

  /** Removes the alerts that were over first, so that the newest ones stay. */
  #forget(): void {
    this.ledger
      .statement(
        `DELETE FROM alerts WHERE id IN (
           SELECT id FROM alerts WHERE state IN ('inactive', 'resolved') ORDER BY changed_at_ms DESC LIMIT -1 OFFSET ?)`,
      )
      .run(alertLimits.endedMax);
  }

  /** Silences alerts until a time. A new silence of a target takes the place of the old one. A silence that is over is removed. */
  silence(silences: readonly AlertSilence[], nowMs: number): void {
    this.ledger.write('silence alerts', () => {
      this.ledger.statement('DELETE FROM silences WHERE until_ms <= ?').run(Math.round(nowMs));
      for (const { target, by, reason, sinceMs, untilMs } of silences) {
        this.ledger
          .statement('INSERT OR REPLACE INTO silences (target, silenced_by, reason, since_ms, until_ms) VALUES (?, ?, ?, ?, ?)')
          .run(target, by, reason, Math.round(sinceMs), Math.round(untilMs));
        publish(this.ledger, 'ALERT_SILENCED', { target, by, reason, untilMs: Math.round(untilMs) }, { atMs: nowMs, actor: by });
      }
      const { silences: count = 0 } = this.ledger.statement<{ silences: number }>('SELECT count(*) AS silences FROM silences').get() ?? {};
      if (count > silencesMax) throw tooMany();
    });
  }

  /** Ends the silences of these targets, and returns those that held. */
  unsilence(targets: readonly string[], { by, reason }: Pick<AlertSilence, 'by' | 'reason'>, nowMs: number): readonly AlertSilence[] {
    return this.ledger.write('end silences', () =>
      targets.flatMap((target) => {
        const row = this.ledger
          .statement<SilenceRow>('DELETE FROM silences WHERE target = ? AND until_ms > ? RETURNING *')
          .get(target, Math.round(nowMs));
        if (row === undefined) return [];
        publish(this.ledger, 'ALERT_UNSILENCED', { target, by, reason }, { atMs: nowMs, actor: by });
        return [toSilence(row)];
      }),
    );
  }

  close(): void {
    this.ledger.close();
  }
}

/** Returns the things that the labels name. */
const thingsOfLabels = (labels: AlertLabels): readonly Thing[] =>
  thingKinds.flatMap((kind) => {
    const id = labels[kind];
    return id === undefined ? [] : [thing(kind, id)];
  });

const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));

const tooMany = (): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: 'silence alerts',
    because: `there are ${silencesMax} silences already`,
    hint: { say: 'silencing a whole rule', run: 'ringmaster alert list' },
    fields: { silences: silencesMax },
  });

/** Returns all alerts that the ledger knows, the inactive ones too. */
export const readAlerts = (reader: Pick<LedgerReader, 'all'>): readonly Alert[] =>
  reader.all<AlertRow>('SELECT * FROM alerts ORDER BY changed_at_ms DESC, id').map(toAlert);

/** Returns the silences that hold at this time. */
export const readSilences = (reader: Pick<LedgerReader, 'all'>, nowMs: number): readonly AlertSilence[] =>
  reader.all<SilenceRow>('SELECT * FROM silences WHERE until_ms > ? ORDER BY until_ms, target', Math.round(nowMs)).map(toSilence);
