import { outputOption } from '../program/option.ts';
import type { AddVerbs } from '../program/run.ts';

export const addLedgerVerbs: AddVerbs = (program, run) => {
  const ledger = program.command('ledger').description('the SQLite files with what happened, and their backups');
  ledger
    .command('list')
    .description('each ledger with its newest backup')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./list.ts')).ledgerList(context, options)));
  ledger
    .command('check [ledgers...]')
    .description('read every ledger wholly and report damage')
    .option('--backups', 'check the copies in all backups too')
    .addOption(outputOption())
    .action((ledgers, options) => run(async (context) => (await import('./check.ts')).ledgerCheck(context, ledgers, options)));
  ledger
    .command('backup')
    .description('copy and verify every ledger now; the cluster may run')
    .addOption(outputOption())
    .action((options) => run(async (context) => (await import('./backup.ts')).ledgerBackup(context, options)));
  ledger
    .command('restore [ledgers...]')
    .description('replace all ledgers but the log of events, or these, by their copies; the cluster must be down')
    .option('--from <backup>', 'an id of `ledger list -o wide` (default: the newest)')
    .addOption(outputOption())
    .action((ledgers, options) => run(async (context) => (await import('./restore.ts')).ledgerRestore(context, ledgers, options)));
};
