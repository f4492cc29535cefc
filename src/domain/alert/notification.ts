/** The records of a notification: what one channel is sent about one group of alerts. */
import type { FailureRecord } from '../failure/record.ts';
import type { AlertLabels, AlertSeverity } from './alert.ts';

/** An alert as a notification has it. */
export interface SentAlert {
  readonly id: string;
  readonly rule: string;
  readonly labels: AlertLabels;
  readonly severity: AlertSeverity;
  readonly state: 'firing' | 'resolved';
  readonly summary: string;
  readonly firedAtMs: number;
  readonly resolvedAtMs?: number;
  readonly runbook: string;
  readonly next: string;
}

/** The name of a notification. `seq` counts the notifications of a group on a channel. */
export interface NotificationRef {
  readonly channel: string;
  /** The rule, and the values of the labels by which its alerts share a notification. A test has a group of its own. */
  readonly group: string;
  readonly seq: number;
}

export interface Notification extends NotificationRef {
  readonly atMs: number;
  /** At most `notifiedAlertsMax` of them. */
  readonly alerts: readonly SentAlert[];
  /** The number of alerts that were left out. */
  readonly more: number;
}

export const notificationStates = ['pending', 'done', 'failed'] as const;
export type NotificationState = (typeof notificationStates)[number];

/** The newest notification of a group on a channel, as the ledger has it. */
export interface NewestNotification extends NotificationRef {
  readonly state: NotificationState;
  readonly atMs: number;
  /** The alerts that fire for the channel, by their ids. */
  readonly open: readonly string[];
  /** The time of the oldest notification of the group on the channel that is pending. */
  readonly pendingSinceMs?: number;
}

/** The notifications of a channel that are not sent yet. */
export interface PendingNotifications {
  readonly count: number;
  /** The time of the oldest one. */
  readonly sinceMs: number;
}

/** The input of the workflow `notify`, which sends what waits for a channel. With `test`, the workflow sends one test message and fails when the receiver does not take it. */
export interface NotifyInput {
  readonly channel: string;
  readonly test?: { readonly by: string };
}

/** A delivery as people read it. */
export interface DeliveryView extends NotificationRef {
  readonly state: NotificationState;
  /** The ids of the alerts. */
  readonly alerts: readonly string[];
  readonly atMs: number;
  /** When the delivery was done, or failed. */
  readonly endedAtMs?: number;
  readonly failure?: FailureRecord;
}

/** A channel as people read it. */
export interface ChannelView {
  readonly id: string;
  readonly type: string;
  readonly severities: readonly AlertSeverity[];
  /** Absent when every notification was sent, or has failed. */
  readonly pending?: PendingNotifications;
  /** The newest delivery that has ended. */
  readonly last?: DeliveryView;
}
