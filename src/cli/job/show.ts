import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { parseJobId } from './parse-job-id.ts';
import { jobLines } from './job-lines.ts';
import { show, type Format } from '../render/output.ts';
import { findCluster } from '../context/find-cluster.ts';
import { lastLinesOf } from '../../domain/failure/stderr.ts';
import { jobKey } from '../../domain/ids.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

/** Shows the job `item/epoch`. `item` alone names the item's newest try. */
export async function jobShow(context: Context, id: string, options: { readonly output: Format }): Promise<ExitCode> {
  const { item, epoch } = parseJobId(id);
  const found = findCluster(context);
  const job = await (epoch === undefined ? ask(found, 'newestJob', { params: { item } }) : ask(found, 'job', { params: { item, epoch } }));
  show(context, options.output, job, () => [
    ...jobLines([job], context.nowMs(), false, context.colour),
    ...(job.failure === undefined ? [] : ['', sentenceOf(job.failure), ...job.failure.chain.map((cause) => `  because ${cause}`)]),
    ...(job.failure === undefined ? [] : lastLinesOf(job.failure).map((line, at) => (at === 0 ? `stderr ends:\n  ${line}` : `  ${line}`))),
    '',
    `more: ringmaster explain ${job.item} · ringmaster job logs ${jobKey(job)}`,
  ]);
  return exitCode('ok');
}
