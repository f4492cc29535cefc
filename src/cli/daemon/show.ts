import { findCluster } from '../context/find-cluster.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { daemonFacts } from './daemon-lines.ts';

export async function daemonShow(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const daemon = await ask(findCluster(context), 'daemon', { params: { daemon: id } });
  show(context, options.output, daemon, () => [
    ...daemonFacts(daemon, context.nowMs(), context.colour),
    '',
    `more: ringmaster explain ${daemon.id} · ringmaster event list --about daemon:${daemon.id}`,
  ]);
  return exitCode('ok');
}
