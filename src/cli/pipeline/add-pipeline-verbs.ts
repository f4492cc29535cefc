import { numberOf, outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addPipelineVerbs: AddVerbs = (program, run) => {
  const pipeline = program.command('pipeline').description('self-play, training and gate, turn by turn');
  pipeline
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).pipelineList(context, options)));
  pipeline
    .command('show <name>')
    .description('a pipeline with its models and the gate')
    .addOption(outputOption())
    .action((name, options) => run(async (context) => (await import('./show.ts')).pipelineShow(context, name, options)));
  pipeline
    .command('run <name>')
    .description('play more turns')
    .option('--turns <n>', 'number of turns; 0: without end', numberOf(0, 1_000_000), 1)
    .action((name, options) => run(async (context) => (await import('./run.ts')).pipelineRun(context, name, options)));
};
