import { carryOut, type Executors } from '../../../src/base/executors.ts';
import { nearestName } from '../../../src/base/nearest-name.ts';
import type { AlertChannel, ChannelWay } from '../../../src/domain/alert/channel.ts';
import type { Notification } from '../../../src/domain/alert/notification.ts';
import { clusterKey } from '../../../src/domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { logOf } from '../../../src/telemetry/log.ts';
import { readSecret } from '../../../src/transport/read-secret.ts';
import { bodyOf, linesOf, mailOf, titleOf } from './message.ts';
import { postWebhook } from './post-webhook.ts';
import { runChannelProgram } from './run-channel-program.ts';

export interface Sender {
  readonly cluster: string;
  readonly channels: readonly AlertChannel[];
  /** The environment from which secrets are read. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const log = logOf('alert');

/** Sends a notification on its channel, and returns when the receiver has taken it. */
export async function sendNotification(notification: Notification, { cluster, channels, variables }: Sender): Promise<void> {
  const { channel } = notification;
  const { way } = channels.find(({ id }) => id === channel) ?? unknownChannel(channel, channels);
  const executors: Executors<ChannelWay> = {
    webhook: ({ url, form }) =>
      postWebhook(channel, typeof url === 'string' ? url : readSecret(url, variables).trim(), bodyOf(form, cluster, notification)),
    command: ({ command }) => runChannelProgram(channel, command, bodyOf('json', cluster, notification)),
    email: (email) => runChannelProgram(channel, [email.program, '-t', '-i'], mailOf(email, cluster, notification)),
    log: async () => {
      const { group, alerts } = notification;
      const isFiring = alerts.some(({ state }) => state === 'firing');
      log[isFiring ? 'warn' : 'info']({ channel, group, alerts: linesOf(notification) }, titleOf(cluster, notification));
    },
  };
  await carryOut(executors, way);
}

function unknownChannel(channel: string, channels: readonly AlertChannel[]): never {
  const ids = channels.map(({ id }) => id);
  const near = nearestName(channel, ids);
  throw new RingmasterError('config.invalid', {
    cannot: `send on the channel ${channel}`,
    because: `the cluster file has no such channel (it has ${ids.join(', ') || 'none'})`,
    hint: near === undefined ? { say: `adding it to ${clusterKey('alerts.channels')} in the cluster file` } : { say: `the channel ${near}` },
    fields: { channel },
  });
}
