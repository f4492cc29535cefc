import { Option } from '@commander-js/extra-typings';
import { numberOf, outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

const numberOption = numberOf(1, Number.MAX_SAFE_INTEGER);
const planOption = () => new Option('--plan', 'only show what would change and which processes would be restarted');

const noApplyOption = () => new Option('--no-apply', 'only write the file; `apply`, `up` or the reload of a service takes it');

export const addConfigVerbs: AddVerbs = (program, run) => {
  const config = program.command('config').description('the cluster file: its history, and changes while all runs');
  config
    .command('history')
    .description('the configurations that the cluster had: who brought each, when, and what it changed')
    .option('--limit <n>', 'entries at most', numberOf(1, 1000), 50)
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./history.ts')).configHistory(context, options)));
  config
    .command('show')
    .description('the cluster file of a configuration, as it was')
    .argument('[number]', 'a number of `config history` (default: the newest)', numberOption)
    .action((epoch) => run(async (context) => (await import('./show.ts')).configShow(context, epoch)));
  config
    .command('set <key> <value>')
    .description(
      'change one value of the cluster file and take it: `config set pipelines.toy.games.perTurn 800`; only a new key or a list formats the whole file',
    )
    .addOption(planOption())
    .addOption(noApplyOption())
    .addOption(outputOption())
    .action((key, value, options) =>
      run(async (context) => (await import('./change.ts')).changeConfig(context, { verb: 'set', key, value }, options)),
    );
  config
    .command('unset <key>')
    .description('remove one key of the cluster file, so that it has its default')
    .addOption(planOption())
    .addOption(noApplyOption())
    .addOption(outputOption())
    .action((key, options) => run(async (context) => (await import('./change.ts')).changeConfig(context, { verb: 'unset', key }, options)));
  config
    .command('rollback')
    .description('write an earlier cluster file back, and take it')
    .argument('<number>', 'a number of `config history`', numberOption)
    .addOption(planOption())
    .addOption(noApplyOption())
    .addOption(outputOption())
    .action((epoch, options) => run(async (context) => (await import('./change.ts')).changeConfig(context, { verb: 'rollback', epoch }, options)));
};
