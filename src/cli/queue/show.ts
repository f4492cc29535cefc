import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { jobLines } from '../job/job-lines.ts';
import { show, type Format } from '../render/output.ts';
import { queueLines } from './queue-lines.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function queueShow(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const facts = await ask(findCluster(context), 'item', { params: { item: id } });
  show(context, options.output, facts, (wide) => [
    ...queueLines([facts.item], context.nowMs(), true, context.colour),
    '',
    ...jobLines(facts.jobs, context.nowMs(), wide, context.colour),
    ...(facts.item.history.length === 0 ? [] : ['', ...facts.item.history]),
    '',
    `more: ringmaster explain ${facts.item.spec.id}`,
  ]);
  return exitCode('ok');
}
