import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { jobLines } from './job-lines.ts';
import { show, type Format } from '../render/output.ts';
import { findCluster } from '../context/find-cluster.ts';

export interface JobListOptions {
  readonly output: Format;
  readonly node?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly failed?: true | undefined;
  readonly limit: number;
}

export async function jobList(context: Context, { output, ...filter }: JobListOptions): Promise<ExitCode> {
  const jobs = await ask(findCluster(context), 'jobs', { query: filter });
  show(context, output, jobs, (wide) => jobLines(jobs, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
