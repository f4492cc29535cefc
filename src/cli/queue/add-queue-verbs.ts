import { itemStates } from '../../domain/item/work-item.ts';
import { limitOption, numberOf, outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';
import { queueAddHelp } from './add-help.ts';

export const addQueueVerbs: AddVerbs = (program, run) => {
  const queue = program.command('queue').description('work items');
  queue
    .command('list')
    .option('--only <state>', `${itemStates.slice(0, -1).join(', ')} or ${itemStates.at(-1)}`)
    .addOption(limitOption())
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).queueList(context, options)));
  queue
    .command('add [id] [command...]')
    .description('one item from the command line, or many from a file')
    .option('-f, --file <items.json>', 'one object or a list; - reads stdin')
    .option('--priority <n>', 'a greater number goes first', numberOf(-1000, 1000), 0)
    .option('--slots <n>', 'slots on one node', numberOf(1, 1024), 1)
    .option('--labels <label...>', 'labels its node must have')
    .option('--attempts <n>', 'tries at most', numberOf(1, 100), 3)
    .action((id, command, options) => run(async (context) => (await import('./add.ts')).queueAdd(context, id, command, options)))
    .addHelpText('after', queueAddHelp);
  queue
    .command('show <id>')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./show.ts')).queueShow(context, id, options)));
};
