import type { Context } from '../context.ts';
import { ask, type StatusAnswer } from '../control.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { nodeLines } from '../show/node-lines.ts';
import { show, type Format } from '../show/output.ts';
import { findCluster } from '../state-folder.ts';

export async function nodeList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const status = await ask<StatusAnswer>(findCluster(context), '/status');
  show(context, options.output, status.nodes, (wide) => nodeLines(status.nodes, status, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
