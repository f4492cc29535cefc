import type { PauseReply, PauseVerb } from '../../domain/cluster/pause.ts';
import { ago } from '../../service/say.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';

/** Pauses the whole cluster or ends the pause, and returns when the ledger has recorded it. */
export async function pauseEverything(
  context: Context,
  verb: PauseVerb,
  options: { readonly reason: string; readonly output: Format },
): Promise<ExitCode> {
  const { pauseCluster } = await import('../../service/cluster/pause-cluster.ts');
  const found = findCluster(context);
  const request = { verb, reason: options.reason, by: whoAmI(context.env) };
  const reply = await withTemporal(found, ({ client }) => pauseCluster(client, request));
  const { cluster } = found.running.config;
  show(context, options.output, reply, () => [lineOf(cluster, reply, context.nowMs())]);
  context.say(verb === 'pause' ? 'Next: ringmaster resume' : 'Next: ringmaster status');
  return exitCode('ok');
}

function lineOf(cluster: string, { verb, changed, pause }: PauseReply, nowMs: number): string {
  const asked = pause === undefined ? '' : ` by ${pause.by} ${ago(nowMs - pause.sinceMs)} ago (${pause.reason})`;
  if (verb === 'pause') return changed ? `${cluster} is paused: no job starts, and running jobs go on` : `${cluster} was already paused${asked}`;
  return changed ? `${cluster} goes on; it was paused${asked}` : `${cluster} was not paused`;
}
