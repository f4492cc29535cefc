import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { JobView } from '../../domain/job/view.ts';
import type { Context } from '../context/context.ts';
import { ask, pathOf } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { jobLines } from '../job/job-lines.ts';
import { nodeLines } from './node-lines.ts';
import { show, type Format } from '../render/output.ts';
import { findCluster } from '../context/find-cluster.ts';

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
