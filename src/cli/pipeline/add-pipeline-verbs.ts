import { type SteeringVerb, steeringVerbs } from '../../domain/pipeline/wish.ts';
import { pauseSecondsMax } from '../../domain/limits.ts';
import { durationOf, numberOf, outputOption } from '../program/option.ts';
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
    .option('--skip-turn', 'give the turn up that failed, and go on with the next')
    .option('--take-stages', 'the turn that runs again also takes the commands and limits of the cluster file as they are now')
    .option('--reason <text>', 'shown with the pipeline', 'no reason given')
    .action((name, options) => run(async (context) => (await import('./run.ts')).pipelineRun(context, name, options)));
  for (const verb of Object.keys(steeringVerbs) as SteeringVerb[]) {
    const command = pipeline
      .command(`${verb} <name>`)
      .description(steeringVerbs[verb].description)
      .option('--reason <text>', 'shown wherever the pipeline is shown', 'no reason given')
      .addOption(outputOption());
    if (verb !== 'resume') command.option('--now', 'interrupt the turn under way; a paused turn runs again later');
    if (verb === 'pause')
      command.option('--for <time>', 'end the pause by itself after this time, for example 1h', durationOf(1_000, pauseSecondsMax * 1_000));
    command.action((name, options) => run(async (context) => (await import('./steer.ts')).pipelineSteer(context, name, verb, options)));
  }
};
