import { Option } from '@commander-js/extra-typings';
import { type DaemonVerb, daemonVerbs } from '../../domain/daemon/wish-request.ts';
import { numberOf, outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addDaemonVerbs: AddVerbs = (program, run) => {
  const daemon = program.command('daemon').description('the duties that are always on: what runs, since when, and why not');
  daemon
    .command('list')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).daemonList(context, options)));
  daemon
    .command('watch')
    .description('the list again and again, until Ctrl-C (NDJSON with -o json)')
    .option('--interval <seconds>', 'time between two looks', numberOf(0.1, 3600), 2)
    .option('--times <n>', 'end after this many', numberOf(1, 1_000_000))
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).daemonWatch(context, options)));
  daemon
    .command('show <id>')
    .description('one daemon: its state, its health, its last failure and what happens next')
    .addOption(outputOption())
    .action((id, options) => run(async (context) => (await import('./show.ts')).daemonShow(context, id, options)));
  daemon
    .command('logs <id>')
    .description('print the end of what the program of a command daemon wrote, from its node')
    .addOption(new Option('--stream <name>', 'which output').choices(['stderr', 'stdout'] as const).default('stderr' as const))
    .option('-f, --follow', 'go on with what is written, until Ctrl-C')
    .action((id, options) => run(async (context) => (await import('./logs.ts')).daemonLogs(context, id, options)));
  for (const verb of Object.keys(daemonVerbs) as DaemonVerb[]) {
    daemon
      .command(`${verb} [id...]`)
      .description(daemonVerbs[verb].description)
      .option('--all', 'all daemons, in their order')
      .option('--reason <text>', 'shown wherever the daemon is shown', 'no reason given')
      .addOption(outputOption())
      .action((ids, options) => run(async (context) => (await import('./steer.ts')).daemonSteer(context, verb, ids, options)));
  }
  daemon
    .command('order')
    .description('the order in which the built-in daemons start; a stop of all goes the other way')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./order.ts')).daemonOrder(context, options)));
  daemon
    .command('validate')
    .description('check the catalogue of the built-in daemons: every duty, every dependency, no circle, the rules of the order')
    .action(() => run(async (context) => (await import('./order.ts')).daemonValidate(context)));
};
