import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { pipelineLines } from './pipeline-lines.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function pipelineList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const pipelines = await ask(findCluster(context), 'pipelines');
  show(context, options.output, pipelines, (wide) => pipelineLines(pipelines, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
