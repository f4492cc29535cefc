import type { SubscriberView } from '../../domain/event/subscriber-view.ts';
import { ago } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import type { Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';

export async function eventSubscriptions(context: Context, { output }: { readonly output: Format }): Promise<ExitCode> {
  const view = await ask(findCluster(context), 'eventSubscriptions');
  show(context, output, view, (wide) => subscriberLines(view.subscribers, wide, context));
  if (view.subscribers.some(({ dead }) => dead > 0)) context.say('Next: ringmaster event dead list');
  return exitCode('ok');
}

function subscriberLines(subscribers: readonly SubscriberView[], wide: boolean, { colour, nowMs }: Context): readonly string[] {
  return table(
    [
      { head: 'SUBSCRIBER' },
      { head: 'DONE', align: 'right' },
      { head: 'LAG', align: 'right' },
      { head: 'FOR' },
      { head: 'RETRIED', align: 'right' },
      { head: 'DEAD', align: 'right' },
      { head: 'SKIPPED', align: 'right' },
      ...(wide ? [{ head: 'POSITION', align: 'right' } as const] : []),
      { head: wide ? 'TAKES' : 'DOES', fits: true },
    ],
    subscribers.map((one) => [
      one.subscriber,
      String(one.delivered),
      String(one.lag),
      one.lagSinceMs === undefined ? '' : ago(nowMs() - one.lagSinceMs),
      String(one.retried),
      { text: String(one.dead), style: one.dead > 0 ? 'bad' : 'none' },
      String(one.skipped),
      ...(wide ? [String(one.position)] : []),
      wide ? one.types.map(({ type }) => type).join(', ') : one.does,
    ]),
    colour,
  );
}

/** Returns a table with one line for each type of each subscriber. */
export const subscribedTypeLines = (subscribers: readonly SubscriberView[], colour: Colour): readonly string[] =>
  table(
    [
      { head: 'SUBSCRIBER' },
      { head: 'TYPE' },
      { head: 'DELIVERED', align: 'right' },
      { head: 'LAG', align: 'right' },
      { head: 'RETRIED', align: 'right' },
      { head: 'DEAD', align: 'right' },
    ],
    subscribers.flatMap(({ subscriber, types }) =>
      types.map(({ type, delivered, lag, retried, dead }) => [subscriber, type, String(delivered), String(lag), String(retried), String(dead)]),
    ),
    colour,
  );
