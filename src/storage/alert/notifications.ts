/**
 * The notifications in `alerts.db`: what each channel is sent about each group of alerts. A notification is recorded in the transaction that records the
 * alerts, so no alert fires without it. The workflow `notify/<channel>` sends the pending ones of its channel, the oldest first, and has the end recorded.
 */
import { given } from '../../base/given.ts';
import type { Alert, AlertSilence } from '../../domain/alert/alert.ts';
import type { ChannelRule } from '../../domain/alert/channel.ts';
import type {
  DeliveryView,
  NewestNotification,
  Notification,
  NotificationRef,
  NotificationState,
  PendingNotifications,
} from '../../domain/alert/notification.ts';
import { dueNotifications, testGroups, testNotification } from '../../domain/alert/notify.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { alertLimits } from '../limits.ts';

/** `grp` is the group. `body` is the notification, and `open` are the alerts that fire for the channel after it. */
export const notificationTables = `
  CREATE TABLE notifications (
    channel TEXT NOT NULL,
    grp TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    body TEXT NOT NULL,
    open TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    failure TEXT,
    PRIMARY KEY (channel, grp, seq)
  ) STRICT;
  CREATE INDEX notifications_pending ON notifications (channel, at_ms) WHERE state = 'pending';
  CREATE INDEX notifications_ended ON notifications (at_ms) WHERE state <> 'pending';
  `;

interface NotificationRow {
  readonly channel: string;
  readonly grp: string;
  readonly seq: number;
  readonly state: NotificationState;
  readonly body: string;
  readonly open: string;
  readonly at_ms: number;
  readonly ended_at_ms: number | null;
  readonly failure: string | null;
}

type Rows = Pick<LedgerReader, 'all'>;

export class Notifications {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Records the notifications that are due. It runs within the transaction of the caller. */
  record(
    known: { readonly channels: readonly ChannelRule[]; readonly alerts: readonly Alert[]; readonly silences: readonly AlertSilence[] },
    nowMs: number,
  ): void {
    const rows: Rows = { all: (sql, ...values) => this.#ledger.statement(sql).all(...values) as never };
    for (const { notification, open } of dueNotifications({ ...known, newest: readNewestNotifications(rows) }, nowMs)) this.#add(notification, open);
    this.#forget();
  }

  #add(notification: Notification, open: readonly string[]): void {
    const { channel, group, seq, atMs } = notification;
    this.#ledger
      .statement(`INSERT OR IGNORE INTO notifications (channel, grp, seq, state, body, open, at_ms) VALUES (?, ?, ?, 'pending', ?, ?, ?)`)
      .run(channel, group, seq, JSON.stringify(notification), JSON.stringify(open), Math.round(atMs));
  }

  /** Removes the oldest ones that have ended. The newest one of a group with alerts that fire stays, because the next one follows from it. */
  #forget(): void {
    this.#ledger
      .statement(
        `DELETE FROM notifications WHERE rowid IN (
           SELECT n.rowid FROM notifications n WHERE n.state <> 'pending' AND (n.open = '[]' OR EXISTS (
             SELECT 1 FROM notifications m WHERE m.channel = n.channel AND m.grp = n.grp AND m.seq > n.seq))
           ORDER BY n.at_ms DESC LIMIT -1 OFFSET ?)`,
      )
      .run(alertLimits.deliveriesMax);
  }

  /** Returns the oldest notification of the channel that is not sent yet. A test is not among them, because its own workflow sends it. */
  next(channel: string): Notification | undefined {
    return this.#ledger.read('read the next notification', () => {
      const row = this.#ledger
        .statement<NotificationRow>(
          `SELECT * FROM notifications WHERE channel = ? AND state = 'pending' AND grp NOT LIKE '${testGroups}%' ORDER BY at_ms, seq LIMIT 1`,
        )
        .get(channel);
      return row === undefined ? undefined : toNotification(row);
    });
  }

  /** Records a test of a channel, and returns its notification. A repeat with the same key changes nothing. */
  addTest({ channel, by, key }: { readonly channel: string; readonly by: string; readonly key: string }, nowMs: number): Notification {
    const notification = testNotification(channel, key, by, nowMs);
    this.#ledger.write('record a test of a channel', () => {
      this.#add(notification, []);
      this.#forget();
    });
    return notification;
  }

  /** Records the end of a delivery. A repeat changes nothing. */
  note({ channel, group, seq }: NotificationRef, failure: FailureRecord | undefined, nowMs: number): void {
    this.#ledger.write('record a delivery', () => {
      this.#ledger
        .statement(`UPDATE notifications SET state = ?, ended_at_ms = ?, failure = ? WHERE channel = ? AND grp = ? AND seq = ? AND state = 'pending'`)
        .run(
          failure === undefined ? 'done' : 'failed',
          Math.round(nowMs),
          failure === undefined ? null : JSON.stringify(failure),
          channel,
          group,
          seq,
        );
    });
  }
}

const toNotification = ({ body }: Pick<NotificationRow, 'body'>): Notification => JSON.parse(body) as Notification;

/** Returns the newest notification of each group on each channel, without the tests. */
export const readNewestNotifications = (reader: Rows): readonly NewestNotification[] =>
  reader
    .all<NotificationRow & { readonly pending_since_ms: number | null }>(
      `SELECT n.*, (SELECT min(p.at_ms) FROM notifications p WHERE p.channel = n.channel AND p.grp = n.grp AND p.state = 'pending') AS pending_since_ms
       FROM notifications n WHERE n.grp NOT LIKE '${testGroups}%'
         AND n.seq = (SELECT max(m.seq) FROM notifications m WHERE m.channel = n.channel AND m.grp = n.grp)`,
    )
    .map(({ channel, grp: group, seq, state, at_ms: atMs, open, pending_since_ms: pendingSinceMs }) => ({
      channel,
      group,
      seq,
      state,
      atMs,
      open: JSON.parse(open) as string[],
      ...given({ pendingSinceMs: pendingSinceMs ?? undefined }),
    }));

/** Returns the newest deliveries, the newest first. */
export const readDeliveries = (reader: Rows, limit: number): readonly DeliveryView[] =>
  reader.all<NotificationRow>('SELECT * FROM notifications ORDER BY at_ms DESC, channel, seq DESC LIMIT ?', limit).map(toDelivery);

const toDelivery = (row: NotificationRow): DeliveryView => ({
  channel: row.channel,
  group: row.grp,
  seq: row.seq,
  state: row.state,
  alerts: toNotification(row).alerts.map(({ id }) => id),
  atMs: row.at_ms,
  ...given({
    endedAtMs: row.ended_at_ms ?? undefined,
    failure: row.failure === null ? undefined : (JSON.parse(row.failure) as FailureRecord),
  }),
});

/** Returns the notifications of each channel that are not sent yet, without the tests. */
export const readPending = (reader: Rows): ReadonlyMap<string, PendingNotifications> =>
  new Map(
    reader
      .all<{
        channel: string;
        count: number;
        sinceMs: number;
      }>(
        `SELECT channel, count(*) AS count, min(at_ms) AS sinceMs FROM notifications WHERE state = 'pending' AND grp NOT LIKE '${testGroups}%' GROUP BY channel`,
      )
      .map(({ channel, count, sinceMs }) => [channel, { count, sinceMs }]),
  );
