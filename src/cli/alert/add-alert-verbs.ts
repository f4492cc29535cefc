import { Option } from '@commander-js/extra-typings';
import { shownStates } from '../../domain/alert/view.ts';
import { silenceMsMax } from '../../domain/limits.ts';
import { durationOf, limitOption, outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addAlertVerbs: AddVerbs = (program, run) => {
  const alert = program.command('alert').description('the states of the cluster that a person should know: what fires, since when, and what to do');
  alert
    .command('list')
    .description('the alerts: the firing ones first, then the pending ones, then the resolved ones; and the silences')
    .addOption(new Option('--only <state>', 'only alerts in this state').choices(shownStates))
    .addOption(limitOption())
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).alertList(context, options)));
  alert
    .command('show <id>')
    .description('one alert, such as NodeLost/b: what was seen, since when, and what to do')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./show.ts')).alertShow(context, id, options)));
  alert
    .command('silence <targets...>')
    .description('keep alerts out of the status and of the notifications for a time; a rule such as NodeLost stands for all its alerts')
    .requiredOption('--for <duration>', 'how long, such as 2h', durationOf(1_000, silenceMsMax))
    .option('--reason <text>', 'shown wherever the silence is shown', 'no reason given')
    .addOption(outputOption())
    .action((targets, options) => run(async (context) => (await import('./silence.ts')).alertSilence(context, targets, options)));
  alert
    .command('unsilence <targets...>')
    .description('end silences before their time')
    .option('--reason <text>', 'for the event log', 'no reason given')
    .addOption(outputOption())
    .action((targets, options) => run(async (context) => (await import('./silence.ts')).alertUnsilence(context, targets, options)));
  alert
    .command('test <channel>')
    .description('send a test message on a channel of the cluster file, and show how the receiver took it')
    .addOption(outputOption())
    .action((channel, options) => run(async (context) => (await import('./test.ts')).alertTest(context, channel, options)));
};
