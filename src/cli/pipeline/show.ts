import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { modelLines, pipelineLines, setAsideLines, stageLines } from './pipeline-lines.ts';
import { sayBegun } from '../../service/pipeline/say-begun.ts';
import { sayFeedback } from '../../service/pipeline/say-feedback.ts';
import { sprtBar } from '../render/sprt-bar.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function pipelineShow(context: Context, name: string, options: { readonly output: Format }): Promise<ExitCode> {
  const one = await ask(findCluster(context), 'pipeline', { params: { name } });
  show(context, options.output, one, (wide) => [
    ...pipelineLines([one], context.nowMs(), wide, context.colour),
    ...(one.evaluation === undefined ? [] : ['', `${one.evaluation.candidate}: ${sprtBar(one.evaluation, 31, context.colour)}`]),
    ...(one.begun === undefined ? [] : ['', ...sayBegun(name, one.begun), ...sayFeedback(one.feedback)]),
    ...withGap(stageLines(one.stages, context.nowMs(), wide, context.colour)),
    ...withGap(setAsideLines(one.setAside ?? [], context.nowMs(), wide, context.colour)),
    '',
    ...modelLines(one.models, wide, context.colour),
  ]);
  return exitCode('ok');
}

const withGap = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines]);
