import type { Command } from '@commander-js/extra-typings';
import type { SteerDelivery } from '../../domain/event/steer-delivery.ts';
import { limitOption, outputOption } from '../program/option.ts';
import type { Run } from '../program/run.ts';

/** Adds the verbs of dead letters. */
export function addDeadVerbs(dead: Command, run: Run): void {
  dead
    .command('list')
    .description('the dead letters, the newest first')
    .option('--subscriber <name>', 'only those of this subscriber')
    .addOption(limitOption())
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./dead.ts')).deadList(context, options)));
  dead
    .command('show <id>')
    .description('one dead event, with the reason and its payload')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./dead.ts')).deadShow(context, id, options)));
  dead
    .command('redrive <subscriber> [ids...]')
    .description('send dead letters to their subscriber again; without ids, all of them')
    .addOption(outputOption())
    .action((subscriber, ids, options) =>
      run(async (context) => (await import('./steer-delivery.ts')).changeDelivery(context, { verb: 'redrive', subscriber, ...chosen(ids) }, options)),
    );
  dead
    .command('drop <subscriber> [ids...]')
    .description('remove dead letters for good; without ids, all of them')
    .requiredOption('--reason <text>', 'why they are not needed')
    .addOption(outputOption())
    .action((subscriber, ids, { reason, ...options }) =>
      run(async (context) =>
        (await import('./steer-delivery.ts')).changeDelivery(context, { verb: 'drop', subscriber, reason, ...chosen(ids) }, options),
      ),
    );
}

const chosen = (ids: readonly string[]): Pick<SteerDelivery, 'events'> => (ids.length === 0 ? {} : { events: ids });
