import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { nodeLines } from './node-lines.ts';
import { show, type Format } from '../render/output.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function nodeList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const status = await ask(findCluster(context), 'status');
  show(context, options.output, status.nodes, (wide) => nodeLines(status.nodes, status, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
