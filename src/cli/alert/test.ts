import { whoAmI } from '../../system/who-am-i.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';

/** Sends a test message on a channel, and returns when the receiver has taken it. */
export async function alertTest(context: Context, channel: string, { output }: { readonly output: Format }): Promise<ExitCode> {
  const { testChannel } = await import('../../service/alert/test-channel.ts');
  const begunMs = context.nowMs();
  await withTemporal(findCluster(context), ({ client }) => testChannel(client, channel, whoAmI(context.env)));
  const tookMs = context.nowMs() - begunMs;
  show(context, output, { channel, delivered: true, tookMs }, () => [`The channel ${channel} took a test message.`]);
  return exitCode('ok');
}
