import { outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addSyncVerbs: AddVerbs = (program, run) => {
  const sync = program.command('sync').description('datasets, from home to nodes and back');
  sync
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).syncList(context, options)));
  sync
    .command('run <dataset> <target>')
    .description('target is a node or home')
    .option('--from <node>', 'for target home: the node it comes from')
    .action((dataset, target, options) => run(async (context) => (await import('./run.ts')).syncRun(context, dataset, target, options)));
};
