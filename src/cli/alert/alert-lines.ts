import type { AlertsView, AlertState, AlertView, AlertSilence } from '../../domain/alert/alert.ts';
import type { ChannelView, DeliveryView } from '../../domain/alert/notification.ts';
import { ago } from '../../service/say.ts';
import type { Colour, Style } from '../render/colour.ts';
import { table } from '../render/table.ts';

const styles: Readonly<Record<AlertState, Style>> = { firing: 'bad', pending: 'warn', resolved: 'good', inactive: 'none' };

/** The time since which the alert is in its state. */
const stateSinceMs = ({ state, sinceMs, firedAtMs = sinceMs, resolvedAtMs = firedAtMs }: AlertView): number =>
  state === 'resolved' ? resolvedAtMs : state === 'firing' ? firedAtMs : sinceMs;

export function alertLines({ alerts, silences, channels, evaluatedAtMs }: AlertsView, nowMs: number, wide: boolean, colour: Colour): string[] {
  const rows =
    alerts.length === 0
      ? ['no alerts']
      : table(
          [{ head: 'ALERT' }, { head: 'STATE' }, { head: 'FOR' }, { head: 'SEVERITY' }, { head: 'SUMMARY', fits: !wide }],
          alerts.map((one) => [
            one.id,
            { text: one.silence === undefined ? one.state : `${one.state}, silenced`, style: one.silence === undefined ? styles[one.state] : 'dim' },
            ago(nowMs - stateSinceMs(one)),
            one.severity,
            saySummary(one),
          ]),
          colour,
        );
  const evaluated = evaluatedAtMs === undefined ? 'The rules were not evaluated yet.' : `The rules were evaluated ${ago(nowMs - evaluatedAtMs)} ago.`;
  return [
    ...rows,
    '',
    colour(evaluated, 'dim'),
    ...silences.map((one) => saySilence(one, nowMs)),
    ...channels.map((one) => channelLine(one, nowMs, colour)),
  ];
}

/** Returns a line about a channel: what waits, and how the last delivery ended. */
function channelLine({ id, type, pending, last }: ChannelView, nowMs: number, colour: Colour): string {
  const waiting =
    pending === undefined ? '' : `, ${pending.count} ${pending.count === 1 ? 'message waits' : 'messages wait'} for ${ago(nowMs - pending.sinceMs)}`;
  const ended = last === undefined ? 'nothing was sent yet' : sayDelivery(last, nowMs);
  return colour(`channel ${id} (${type}): ${ended}${waiting}`, last?.state === 'failed' || pending !== undefined ? 'warn' : 'dim');
}

/** Returns the end of a delivery in words. */
function sayDelivery({ state, atMs, endedAtMs = atMs, failure }: DeliveryView, nowMs: number): string {
  if (state === 'pending') return `not sent yet, waits for ${ago(nowMs - atMs)}`;
  if (state === 'done') return `sent ${ago(nowMs - endedAtMs)} ago`;
  return `failed ${ago(nowMs - endedAtMs)} ago: ${failure?.because ?? failure?.message ?? 'no reason known'}`;
}

/** The condition of a resolved alert is over. */
const saySummary = ({ state, summary }: AlertView): string => (state === 'resolved' ? `was: ${summary}` : summary);

/** Returns a sentence about a silence. */
export const saySilence = ({ target, by, reason, untilMs }: AlertSilence, nowMs: number): string =>
  `${by} silenced ${target} for ${ago(untilMs - nowMs)} more (${reason})`;

/** Returns all that is known of one alert. */
export function alertFacts(alert: AlertView, nowMs: number, colour: Colour): string[] {
  const { id, state, severity, sinceMs, firedAtMs, resolvedAtMs, forMs, runbook, silence, next, deliveries = [] } = alert;
  return [
    `${colour(id, 'bold')} (${severity})`,
    `  ${colour(state, styles[state])}: ${saySummary(alert)}`,
    `  the condition was first seen ${ago(nowMs - sinceMs)} ago`,
    ...(state === 'pending' ? [`  fires when it has held for ${ago(forMs)}`] : []),
    ...(firedAtMs === undefined ? [] : [`  fired ${ago(nowMs - firedAtMs)} ago`]),
    ...(resolvedAtMs === undefined ? [] : [`  resolved ${ago(nowMs - resolvedAtMs)} ago`]),
    ...(silence === undefined ? [] : [`  ${saySilence(silence, nowMs)}`]),
    ...deliveries.map((one) => `  on ${one.channel}: ${sayDelivery(one, nowMs)}`),
    `  what to do: ${runbook}`,
    '',
    `more: ${next} · ringmaster event list --about alert:${id}`,
  ];
}
