/** The records of an alert: a state of the cluster that a person should know. `rules.ts` has the rules, and `evaluate.ts` decides the states. */

import type { ChannelView, DeliveryView } from './notification.ts';

export const severities = ['critical', 'warning'] as const;
export type AlertSeverity = (typeof severities)[number];

/** `inactive` is an alert that was pending and did not fire. It is not shown. */
export const alertStates = ['inactive', 'pending', 'firing', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];

/** The names of the things that an alert is about. The alerts of a rule differ in them. */
export type AlertLabels = Readonly<Record<string, string>>;

/** An alert as the ledger has it. */
export interface Alert {
  /** The rule and the values of the labels: `NodeLost/gpu-1`. */
  readonly id: string;
  readonly rule: string;
  readonly labels: AlertLabels;
  readonly state: AlertState;
  /** One sentence without a full stop. It has the last observation while the alert was pending or fired. */
  readonly summary: string;
  /** The time for which the condition must hold before the alert fires. */
  readonly forMs: number;
  /** The time since which the condition holds. It is another one when the alert becomes pending again. */
  readonly sinceMs: number;
  /** For how long the condition had held at a time: the account of the for-time from which a new process of the ledger goes on. */
  readonly held: { readonly ms: number; readonly atMs: number };
  /** Present once the alert has fired, until it is pending again. */
  readonly firedAtMs?: number;
  readonly resolvedAtMs?: number;
}

/**
 * A change of an alert. The ledger makes the change only while the alert is as `before` says, so a repeat changes nothing. `before` is absent for an alert
 * that the ledger does not know.
 */
export interface AlertChange {
  readonly before?: string;
  readonly alert: Alert;
}

/** Returns the text that names a state of an alert. It differs from every earlier and later one. */
export const markOf = ({ state, sinceMs }: Pick<Alert, 'state' | 'sinceMs'>): string => `${state} since ${Math.round(sinceMs)}`;

export const alertId = (rule: string, labels: AlertLabels): string => [rule, ...Object.values(labels)].join('/');

/** An operator's silence. It covers one alert, or all alerts of a rule. */
export interface AlertSilence {
  /** The id of an alert, or the name of a rule. */
  readonly target: string;
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** An alert as people read it. */
export interface AlertView extends Omit<Alert, 'held'> {
  readonly severity: AlertSeverity;
  /** The labels by which alerts share a notification. */
  readonly groupBy: readonly string[];
  /** The page and the section that say what to do. */
  readonly runbook: string;
  /** A command that shows more. */
  readonly next: string;
  /** The silence that covers the alert. */
  readonly silence?: AlertSilence;
  /** The newest deliveries of the alert, the newest first. Only `alert show` and its route have them. */
  readonly deliveries?: readonly DeliveryView[];
}

/** All alerts that people can see, and when the rules were last evaluated. */
export interface AlertsView {
  readonly v: 1;
  readonly readAtMs: number;
  /** Absent when the rules were never evaluated. */
  readonly evaluatedAtMs?: number;
  /** The firing ones first, then the pending ones, then the resolved ones, the newest first. */
  readonly alerts: readonly AlertView[];
  readonly silences: readonly AlertSilence[];
  readonly channels: readonly ChannelView[];
}
