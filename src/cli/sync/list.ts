import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { syncLines } from './sync-lines.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function syncList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const syncs = await ask(findCluster(context), 'syncs');
  show(context, options.output, syncs, (wide) => syncLines(syncs, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
