import type { JobView } from '../../contract/read-model.ts';
import type { Context } from '../context.ts';
import { ask, queryOf } from '../control.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { jobLines } from '../show/job-lines.ts';
import { show, type Format } from '../show/output.ts';
import { findCluster } from '../state-folder.ts';

export interface JobListOptions {
  readonly output: Format;
  readonly node?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly failed?: true | undefined;
  readonly limit: number;
}

export async function jobList(context: Context, { output, ...filter }: JobListOptions): Promise<ExitCode> {
  const jobs = await ask<readonly JobView[]>(findCluster(context), `/jobs${queryOf(filter)}`);
  show(context, output, jobs, (wide) => jobLines(jobs, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
