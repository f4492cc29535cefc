import { stageKeys } from '../../domain/pipeline/stages.ts';
import { numberOf } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addPayloadVerbs: AddVerbs = (program, run) => {
  const payload = program.command('payload').description('the programs of a pipeline');
  payload
    .command('try <pipeline> [stage]')
    .description('run the stages on a tiny request on this machine, before the cluster does')
    .option('-f, --file <cluster.yaml>', 'default: as for up')
    .option('--limit <seconds>', 'end a run after this time', numberOf(1, 86_400), 120)
    .addHelpText('after', `\nStages: ${stageKeys.join(', ')}\nExit code 0: no fault, 1: some check failed.`)
    .action((pipeline, stage, options) => run(async (context) => (await import('./try.ts')).payloadTry(context, pipeline, stage, options)));
};
