import { Option } from '@commander-js/extra-typings';
import { limitOption, outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addJobVerbs: AddVerbs = (program, run) => {
  const job = program.command('job').description('jobs: tries at work items on nodes');
  job
    .command('list')
    .description('open jobs first, then closed jobs, the newest first')
    .option('--node <id>')
    .option('--pipeline <name>')
    .option('--failed', 'only jobs that ended in a failure')
    .addOption(limitOption())
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).jobList(context, options)));
  job
    .command('show <id>')
    .description('a job by item/epoch, or the newest job of an item')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./show.ts')).jobShow(context, id, options)));
  job
    .command('logs <id>')
    .description('print the end of what the program wrote, from its node or from what came home')
    .addOption(new Option('--stream <name>', 'which output').choices(['stderr', 'stdout'] as const).default('stderr' as const))
    .option('-f, --follow', 'go on with what is written, until the job has closed')
    .action((id, options) => run(async (context) => (await import('./logs.ts')).jobLogs(context, id, options)));
  job
    .command('cancel <id...>')
    .description('cancel items: pending ones are closed, running ones are stopped')
    .option('--reason <text>', 'kept with the failure', 'cancelled on the command line')
    .action((ids, options) => run(async (context) => (await import('./cancel.ts')).jobCancel(context, ids, options)));
};
