import type { ClusterStatus, JobView } from '../../contract/read-model.ts';
import type { Context } from '../context.ts';
import { ask, pathOf } from '../control.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { jobLines } from '../show/job-lines.ts';
import { nodeLines } from '../show/node-lines.ts';
import { show, type Format } from '../show/output.ts';
import { findCluster } from '../state-folder.ts';

type NodeAnswer = ClusterStatus['nodes'][number] & { readonly openJobs: readonly JobView[]; readonly recentJobs: readonly JobView[] };

export async function nodeShow(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const node = await ask<NodeAnswer>(findCluster(context), pathOf('nodes', id));
  show(context, options.output, node, (wide) => [
    ...nodeLines([node], node, context.nowMs(), true, context.colour),
    '',
    ...jobLines([...node.openJobs, ...node.recentJobs.slice(0, 10)], context.nowMs(), wide, context.colour),
    '',
    `more: bin/ringmaster explain ${node.node}`,
  ]);
  return exitCode('ok');
}
