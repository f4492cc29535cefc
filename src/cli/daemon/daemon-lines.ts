import type { DaemonView } from '../../domain/daemon/daemon.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import { daemonFailureAdvice } from '../../service/daemon/say-failure.ts';
import { ago } from '../../service/say.ts';
import type { Colour } from '../render/colour.ts';
import { styleOfState } from '../render/colour.ts';
import { table } from '../render/table.ts';

export function daemonLines(daemons: readonly DaemonView[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (daemons.length === 0) return ['no daemons'];
  return table(
    [
      { head: 'DAEMON' },
      { head: 'STATE' },
      { head: 'FOR' },
      { head: 'LOOKED' },
      { head: 'FAILURES', align: 'right' },
      { head: 'BECAUSE', fits: !wide },
      { head: 'NEXT', fits: !wide },
    ],
    daemons.map((one) => [
      one.id,
      { text: one.state, style: styleOfState(one.state) },
      one.sinceMs === 0 ? '-' : ago(nowMs - one.sinceMs),
      one.health === undefined ? '-' : ago(nowMs - one.health.atMs),
      { text: String(one.restarts), style: one.restarts > 0 ? 'warn' : 'none' },
      one.because,
      one.next,
    ]),
    colour,
  );
}

/** Returns all that is known of one daemon. */
export function daemonFacts(daemon: DaemonView, nowMs: number, colour: Colour): string[] {
  const { id, summary, state, because, dependencies, after = [], wish, health, failure, next, errorRate, restarts, critical } = daemon;
  const since = daemon.sinceMs === 0 ? '' : ` for ${ago(nowMs - daemon.sinceMs)}`;
  return [
    `${colour(id, 'bold')} ${summary}`,
    `  ${colour(state, styleOfState(state))}${since}: ${because}`,
    `  next: ${next}`,
    `  wished: ${wish.wish} by ${wish.by} (${wish.reason})`,
    `  needs: ${dependencies.join(', ') || 'no other daemon'}${critical ? ' · critical' : ''}`,
    ...(after.length === 0 ? [] : [`  starts after: ${after.join(', ')}`]),
    ...(health === undefined ? [] : [`  its duty said ${ago(nowMs - health.atMs)} ago (${health.status}): ${health.message}`]),
    ...Object.entries(health?.details ?? {}).map(([name, value]) => `    ${name}: ${value}`),
    ...(restarts === 0 && (errorRate ?? 0) === 0
      ? []
      : [`  failures in a row: ${restarts}; failed work lately: ${Math.round((errorRate ?? 0) * 100)} %`]),
    ...(failure === undefined
      ? []
      : [
          `  ${colour(`last failure, ${ago(nowMs - failure.atMs)} ago:`, 'bad')} ${sentenceOf(failure.record)}`,
          `  ${daemonFailureAdvice[failure.kind]}`,
        ]),
  ];
}
