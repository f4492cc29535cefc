import { Option } from '@commander-js/extra-typings';
import { addDeadVerbs } from './add-dead-verbs.ts';
import { numberOf, outputOption, timeForms, timeOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

const positionOption = numberOf(0, Number.MAX_SAFE_INTEGER);
const typeOption = () => new Option('--type <type>', 'only events of this type, such as NODE_LOST');
const aboutOption = () => new Option('--about <id>', 'only events about this item, job, node, pipeline, turn, model, dataset …');

export const addEventVerbs: AddVerbs = (program, run) => {
  const event = program.command('event').description('what happened: every change with its time, its cause and who made it');
  event
    .command('list')
    .description('the newest events that fit, the oldest of them first')
    .option('--since <time>', `from this time on: ${timeForms}`, timeOption)
    .option('--until <time>', 'before this time', timeOption)
    .addOption(typeOption())
    .addOption(aboutOption())
    .option('--limit <n>', 'entries at most', numberOf(1, 1000), 100)
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).eventList(context, options)));
  event
    .command('show <id>')
    .description('one event with its payload')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./show.ts')).eventShow(context, id, options)));
  event
    .command('tail')
    .description('the last events, and then each event as it happens, until Ctrl-C (NDJSON with -o json)')
    .addOption(typeOption())
    .addOption(aboutOption())
    .option('--limit <n>', 'how many earlier events', numberOf(1, 1000), 10)
    .option('--times <n>', 'end after so many looks', numberOf(1, 1_000_000))
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./tail.ts')).eventTail(context, options)));
  event
    .command('trace <id>')
    .description('the events that led to an event, and the events that followed from it')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./trace.ts')).eventTrace(context, id, options)));
  event
    .command('stats')
    .description('how many events of each type there were, how many wait for the log, and how many each subscriber got')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./stats.ts')).eventStats(context, options)));
  event
    .command('subscriptions')
    .description('the subscribers of events: what each takes (-o wide), what it got, and what waits, is tried again, or is dead')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./subscriptions.ts')).eventSubscriptions(context, options)));
  event
    .command('replay')
    .description('send a range of the log to one subscriber once more')
    .requiredOption('--subscriber <name>', 'the subscriber')
    .requiredOption('--from <position>', 'the first position', positionOption)
    .requiredOption('--to <position>', 'the last position', positionOption)
    .addOption(outputOption())
    .action(({ subscriber, from, to, ...options }) =>
      run(async (context) => (await import('./steer-delivery.ts')).changeDelivery(context, { verb: 'replay', subscriber, from, to }, options)),
    );
  addDeadVerbs(event.command('dead').description('events whose handler failed at every try: list, show, redrive, drop'), run);
};
