/**
 * ALERT_MANAGER evaluates the alert rules (`src/domain/alert/rules.ts`) over what the ledgers know, has the ledger record the changes of the alerts
 * and the notifications, and has the notifications sent. `src/domain/alert/evaluate.ts` decides the states, and `src/domain/alert/notify.ts` decides what is sent.
 */
import type { Alert, AlertSilence } from '../domain/alert/alert.ts';
import { type ChannelRule, ruleOfChannel } from '../domain/alert/channel.ts';
import { type Conditions, conditionsOf, evaluate, heldBefore, idsIn } from '../domain/alert/evaluate.ts';
import type { NewestNotification } from '../domain/alert/notification.ts';
import { dueNotifications } from '../domain/alert/notify.ts';
import { sentenceOf } from '../domain/failure/sentence.ts';
import { given } from '../base/given.ts';
import { readReadings } from './alert-readings.ts';
import { duty } from './duty.ts';

/** A pending alert that is due within this time makes the daemon wait for it. Otherwise the next look is early enough. */
export const dueSoonMs = 20_000;
/** The health names at most this many alerts. */
const namedMax = 5;

export interface SeenAlerts {
  readonly conditions: Conditions;
  readonly known: readonly Alert[];
  /** For how long the condition of each alert has held, by its id. */
  readonly heldMs: ReadonlyMap<string, number>;
  readonly channels: readonly ChannelRule[];
  readonly silences: readonly AlertSilence[];
  readonly newest: readonly NewestNotification[];
  /** The channels with notifications that are not sent yet. */
  readonly pending: readonly string[];
}

export const alertManager = duty({
  observe: (reads): SeenAlerts => {
    const { model, config, ages, lastRoundMs } = reads;
    const conditions = conditionsOf(readReadings(reads));
    const known = model.knownAlerts();
    const byId = new Map(known.map((alert) => [alert.id, alert]));
    const evaluatedAtMs = lastRoundMs() ?? 0;
    const ids = conditions.holding.map(({ id }) => id);
    const heldMs = ages.agesOf(ids, (id) => heldBefore(byId.get(id), evaluatedAtMs));
    return {
      conditions,
      known,
      heldMs,
      channels: (config.alertChannels ?? []).map(ruleOfChannel),
      silences: model.silences(),
      newest: model.newestNotifications(),
      pending: [...model.pendingNotifications().keys()],
    };
  },
  decide: decideAlerts,
});

export function decideAlerts(seen: SeenAlerts, _memory: undefined, nowMs: number) {
  const { conditions, known, heldMs, channels, silences, newest, pending } = seen;
  const byId = new Map(known.map((alert) => [alert.id, alert]));
  const { changes, hasMore, nextMs } = evaluate(conditions, byId, (id) => heldMs.get(id) ?? 0, nowMs);
  const after = new Map([...byId, ...changes.map(({ alert }) => [alert.id, alert] as const)]);
  const firing = idsIn(after.values(), 'firing');
  const { unread } = conditions;
  const due = dueNotifications({ channels, alerts: [...after.values()], silences, newest }, nowMs);
  const sending = new Set([...due.map(({ notification: { channel } }) => channel), ...pending]);
  const said = [
    firing.length === 0 ? 'no alert fires' : `${firing.length === 1 ? '1 alert fires' : `${firing.length} alerts fire`}: ${sayNames(firing)}`,
    ...unread.map(({ reading, failure }) => `the ${reading} cannot be read: ${sentenceOf(failure)}`),
  ];
  const restMs = hasMore ? 1 : nextMs !== undefined && nextMs <= dueSoonMs ? Math.max(1, Math.ceil(nextMs)) : undefined;
  return {
    health: {
      healthy: unread.length === 0,
      message: said.join('; '),
      details: { pending: idsIn(after.values(), 'pending').length, firing: firing.length },
    },
    memory: undefined,
    ...given({ restMs }),
    steps: [
      ...(changes.length === 0 && due.length === 0 ? [] : [{ type: 'record-alerts' as const, changes, channels }]),
      // The workflow of a channel runs while it has something to send, so a start of it is also a repeat of a start that was lost.
      ...(sending.size === 0 ? [] : [{ type: 'notify' as const, channels: [...sending] }]),
    ],
  };
}

const sayNames = (ids: readonly string[]): string =>
  ids.length <= namedMax ? ids.join(', ') : `${ids.slice(0, namedMax).join(', ')} and ${ids.length - namedMax} more`;
