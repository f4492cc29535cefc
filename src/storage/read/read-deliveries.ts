import { given } from '../../base/given.ts';
import type { LoggedEvent } from '../../domain/event/event.ts';
import type { DeadLetter, SubscribedType, SubscriberView, SubscriptionsView } from '../../domain/event/subscriber-view.ts';
import { subscriptions } from '../../domain/event/subscriptions.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { eventLimits } from '../limits.ts';
import { sentenceOfEvent } from './event-rows.ts';
import { bounded, type LedgerFiles, parseJson } from './ledger-files.ts';

export const deliveryReads = (files: LedgerFiles, now: () => number) => ({
  subscriptions: (): SubscriptionsView => ({ v: 1, readAtMs: now(), subscribers: subscribersOf(files) }),

  /** Returns the dead letters of one subscriber or of all, the newest first. */
  deadLetters: ({ subscriber, limit }: { readonly subscriber?: string | undefined; readonly limit?: number | undefined }): readonly DeadLetter[] =>
    deadOf(files, subscriber === undefined ? '' : 'AND subscriber = ?', subscriber === undefined ? [] : [subscriber], bounded(limit)),

  /** Returns the dead letters of one event: it can be dead for several subscribers. */
  deadLettersOf: (event: string): readonly DeadLetter[] => deadOf(files, `AND event ->> '$.id' = ?`, [event], bounded(undefined)),
});

/** Returns each subscriber that the file of the log knows. */
export function subscribersOf({ events }: LedgerFiles): readonly SubscriberView[] {
  const rows = events.all<{ subscriber: string; types: string; position: number; skipped: number; skipped_at_ms: number }>(
    'SELECT subscriber, types, position, skipped, skipped_at_ms FROM subscribers ORDER BY subscriber',
  );
  return rows.map(({ subscriber, types, position, skipped, skipped_at_ms: skippedAtMs }) => {
    const takes = parseJson<readonly string[]>(types);
    const delivered = events.all<{ type: string; events: number }>('SELECT type, events FROM delivered WHERE subscriber = ?', subscriber);
    const lag = events.all<{ type: string; events: number; sinceMs: number }>(
      `SELECT type, count(*) AS events, min(at_ms) AS sinceMs FROM (SELECT type, at_ms FROM events WHERE position > ? ORDER BY position LIMIT ?) GROUP BY type`,
      position,
      eventLimits.lagCountedMax,
    );
    const late = events.all<{ type: string; state: string; events: number }>(
      `SELECT event ->> '$.type' AS type, state, count(*) AS events FROM deliveries WHERE subscriber = ? GROUP BY 1, 2`,
      subscriber,
    );
    const inState = (type: string, state: string): number => late.find((row) => row.type === type && row.state === state)?.events ?? 0;
    const all = takes.map((type): SubscribedType => ({
      type,
      delivered: delivered.find((row) => row.type === type)?.events ?? 0,
      lag: lag.find((row) => row.type === type)?.events ?? 0,
      retried: inState(type, 'retried'),
      dead: inState(type, 'dead'),
    }));
    const sum = (field: 'delivered' | 'lag' | 'retried' | 'dead'): number => all.reduce((total, one) => total + one[field], 0);
    const waiting = lag.filter(({ type }) => takes.includes(type)).map(({ sinceMs }) => sinceMs);
    return {
      subscriber,
      does: subscriptions.find((row) => row.subscriber === subscriber)?.does ?? '',
      position,
      delivered: sum('delivered'),
      lag: sum('lag'),
      retried: sum('retried'),
      dead: sum('dead'),
      skipped,
      ...given({ lagSinceMs: waiting.length === 0 ? undefined : Math.min(...waiting), skippedAtMs: skipped === 0 ? undefined : skippedAtMs }),
      types: all,
    };
  });
}

function deadOf({ events }: LedgerFiles, condition: string, values: readonly string[], limit: number): readonly DeadLetter[] {
  const rows = events.all<{ subscriber: string; tries: number; sinceMs: number; event: string; failure: string | null }>(
    `SELECT subscriber, tries, changed_at_ms AS sinceMs, event, failure FROM deliveries WHERE state = 'dead' ${condition}
     ORDER BY changed_at_ms DESC, position DESC LIMIT ?`,
    ...values,
    limit,
  );
  return rows.map(({ subscriber, tries, sinceMs, event, failure }) => {
    const logged = parseJson<LoggedEvent>(event);
    return {
      subscriber,
      event: { ...logged, text: sentenceOfEvent(logged) },
      tries,
      sinceMs,
      ...given({ failure: failure === null ? undefined : parseJson<FailureRecord>(failure) }),
    };
  });
}
