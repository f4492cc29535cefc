import type { SilenceReply, SilenceRequest } from '../../domain/alert/silence.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { saySilence } from './alert-lines.ts';

interface Options {
  readonly reason: string;
  readonly output: Format;
}

/** Silences alerts, and returns when the ledger has recorded it. */
export const alertSilence = (context: Context, targets: readonly string[], options: Options & { readonly for: number }): Promise<ExitCode> =>
  change(context, { verb: 'silence', targets, reason: options.reason, forSeconds: options.for / 1_000 }, options.output);

export const alertUnsilence = (context: Context, targets: readonly string[], { reason, output }: Options): Promise<ExitCode> =>
  change(context, { verb: 'unsilence', targets, reason }, output);

async function change(context: Context, request: Omit<SilenceRequest, 'by'>, output: Format): Promise<ExitCode> {
  const { silenceAlerts } = await import('../../service/alert/silence-alerts.ts');
  const whole = { ...request, by: whoAmI(context.env) };
  const reply = await withTemporal(findCluster(context), ({ client }) => silenceAlerts(client, whole));
  show(context, output, reply, () => linesOf(reply, context.nowMs()));
  context.say('Next: ringmaster alert list');
  return exitCode('ok');
}

const linesOf = ({ verb, silences, unknown }: SilenceReply, nowMs: number): string[] => [
  ...silences.map((one) => (verb === 'silence' ? saySilence(one, nowMs) : `the silence of ${one.target} has ended`)),
  ...unknown.map((target) => `${target} was not silenced`),
];
