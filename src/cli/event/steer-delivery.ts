import type { SteerDelivery, SteeredDelivery } from '../../domain/event/steer-delivery.ts';
import { plural } from '../../service/say.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';

/** Changes the delivery of events, and returns when the ledger worker has recorded the change. The events are delivered afterwards. */
export async function changeDelivery(
  context: Context,
  request: Omit<SteerDelivery, 'by'>,
  { output }: { readonly output: Format },
): Promise<ExitCode> {
  const { steerDelivery } = await import('../../service/event/steer-delivery.ts');
  const whole = { ...request, by: whoAmI(context.env) };
  const reply = await withTemporal(findCluster(context), ({ client }) => steerDelivery(client, whole));
  show(context, output, reply, () => [lineOf(reply)]);
  if (reply.verb !== 'drop') context.say('Next: ringmaster event subscriptions');
  return exitCode('ok');
}

const lineOf = ({ verb, subscriber, count }: SteeredDelivery): string =>
  verb === 'drop' ? `${plural(count, 'dead letter')} of ${subscriber} dropped` : `${plural(count, 'event')} sent to ${subscriber} again`;
