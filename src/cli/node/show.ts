import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { jobLines } from '../job/job-lines.ts';
import { nodeLines, transitionLines } from './node-lines.ts';
import { show, type Format } from '../render/output.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function nodeShow(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const node = await ask(findCluster(context), 'node', { params: { node: id } });
  show(context, options.output, node, (wide) => [
    ...nodeLines([node], node, context.nowMs(), true, context.colour),
    '',
    ...jobLines([...node.openJobs, ...node.recentJobs.slice(0, 10)], context.nowMs(), wide, context.colour),
    ...transitionLines(node.changes, context.nowMs(), wide, context.colour),
    '',
    `more: ringmaster explain ${node.node}`,
  ]);
  return exitCode('ok');
}
