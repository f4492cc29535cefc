import { hintText } from '../../domain/failure/hint.ts';
import type { EventStats } from '../../domain/event/event.ts';
import { ago, plural } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { subscribedTypeLines } from './subscriptions.ts';
import { table } from '../render/table.ts';

export async function eventStats(context: Context, { output }: { readonly output: Format }): Promise<ExitCode> {
  const stats = await ask(findCluster(context), 'eventStats');
  show(context, output, stats, () => statsLines(stats, context));
  return exitCode(stats.failure === undefined ? 'ok' : 'degraded');
}

function statsLines({ log, types, outboxes, subscribers, failure }: EventStats, { colour, nowMs }: Context): readonly string[] {
  const now = nowMs();
  const oldest = log.oldestAtMs === undefined ? '' : `, the oldest ${ago(now - log.oldestAtMs)} ago`;
  return [
    `the log has ${plural(log.events, 'event')}${oldest}`,
    ...(failure === undefined ? [] : [`${failure.message}${failure.hint === undefined ? '' : `; try ${hintText(failure.hint)}`}`]),
    '',
    ...table(
      [{ head: 'TYPE' }, { head: 'PUBLISHED', align: 'right' }, { head: 'NEWEST' }],
      types.map(({ type, events, newestAtMs }) => [type, events, `${ago(now - newestAtMs)} ago`]),
      colour,
    ),
    '',
    ...table(
      [{ head: 'OUTBOX OF' }, { head: 'WAITING', align: 'right' }, { head: 'FOR' }],
      outboxes.map(({ ledger, events, sinceMs }) => [ledger, events, sinceMs === undefined ? '' : ago(now - sinceMs)]),
      colour,
    ),
    '',
    ...subscribedTypeLines(subscribers, colour),
  ];
}
