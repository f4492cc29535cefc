import type { Alert, AlertSilence } from '../../domain/alert/alert.ts';
import type { DeliveryView, NewestNotification, PendingNotifications } from '../../domain/alert/notification.ts';
import { readAlerts, readSilences } from '../alert/alerts.ts';
import { readDeliveries, readNewestNotifications, readPending } from '../alert/notifications.ts';
import { alertLimits } from '../limits.ts';
import type { LedgerFiles } from './ledger-files.ts';

/** A look for the newest games reads at most this many of the newest completed items. */
const completedReadMax = 2_000;

export const alertReads = (files: LedgerFiles, now: () => number) => ({
  /** Returns all alerts that the ledger knows, the inactive ones too, the last changed first. */
  knownAlerts: (): readonly Alert[] => readAlerts(files.alerts),
  /** Returns the silences that hold now. */
  silences: (): readonly AlertSilence[] => readSilences(files.alerts, now()),
  /** Returns the newest notification of each group on each channel. */
  newestNotifications: (): readonly NewestNotification[] => readNewestNotifications(files.alerts),
  /** Returns the deliveries, the newest first. */
  deliveries: (): readonly DeliveryView[] => readDeliveries(files.alerts, alertLimits.deliveriesMax),
  /** Returns the notifications of each channel that are not sent yet. */
  pendingNotifications: (): ReadonlyMap<string, PendingNotifications> => readPending(files.alerts),
  /** Returns how often each daemon was restarted after a failure since a time. A daemon that was not is absent. */
  restartsSince: (sinceMs: number): ReadonlyMap<string, number> =>
    new Map(
      files.events.all<{ daemon: string; restarts: number }>(selectRestarts, Math.round(sinceMs)).map(({ daemon, restarts }) => [daemon, restarts]),
    ),
  /** Returns the time of the newest game of each pipeline, as far as the queue knows it: a self-play item that completed, or that reports progress. */
  newestGames: (): ReadonlyMap<string, number> =>
    new Map(files.queue.all<{ pipeline: string; atMs: number }>(selectGames, completedReadMax).map(({ pipeline, atMs }) => [pipeline, atMs])),
});

/** A daemon that starts after a delay was restarted because its work had failed. */
const selectRestarts = `
  SELECT payload ->> '$.daemon' AS daemon, count(*) AS restarts FROM events
  WHERE type = 'DAEMON_STATUS_CHANGED' AND at_ms >= ? AND payload ->> '$.from' = 'backing-off' AND payload ->> '$.to' = 'starting' GROUP BY 1`;

const selectGames = `
  SELECT pipeline, max(atMs) AS atMs FROM (
    SELECT pipeline, kind, closed_at_ms AS atMs FROM
      (SELECT pipeline, kind, closed_at_ms FROM items WHERE state = 'completed' AND closed_at_ms IS NOT NULL ORDER BY closed_at_ms DESC LIMIT ?)
    UNION ALL
    SELECT pipeline, kind, changed_at_ms FROM items WHERE state IN ('claimed', 'running') AND progress_done > 0
  ) WHERE kind = 'self-play' AND pipeline IS NOT NULL GROUP BY pipeline`;
