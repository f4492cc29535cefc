import type { PipelineView } from '../../contract/read-model.ts';
import type { Context } from '../context.ts';
import { ask } from '../control.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { show, type Format } from '../show/output.ts';
import { pipelineLines } from '../show/pipeline-lines.ts';
import { findCluster } from '../state-folder.ts';

export async function pipelineList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const pipelines = await ask<readonly PipelineView[]>(findCluster(context), '/pipelines');
  show(context, options.output, pipelines, (wide) => pipelineLines(pipelines, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
