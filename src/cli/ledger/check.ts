import { basename } from 'node:path';
import { backupsOf } from '../../domain/ledger/backup.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { namedCommand } from '../../domain/cluster/own-command.ts';
import { show, type Format } from '../render/output.ts';
import { table } from '../render/table.ts';
import { knownLedgers } from './known-ledgers.ts';

export interface CheckOptions {
  readonly backups?: true | undefined;
  readonly output: Format;
}

/** Prints the result of each check. Returns exit code 1 when a file is damaged. */
export async function ledgerCheck(context: Context, named: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const { state, running } = findCluster(context);
  const ledgers = knownLedgers(named, await context.launcher.ledgers({ state, config: backupsOf(running.config) }), 'check');
  const checks = await context.launcher.checkLedgers({ state, ledgers, withBackups: options.backups === true });
  show(context, options.output, checks, () =>
    table(
      [{ head: 'LEDGER' }, { head: 'FILE' }, { head: 'BACKUP' }, { head: 'RESULT' }],
      checks.map(({ ledger, file, backup, ok, detail }) => [ledger, basename(file), backup ?? '', { text: detail, style: ok ? 'good' : 'bad' }]),
      context.colour,
    ),
  );
  const damaged = checks.filter(({ ok }) => !ok);
  if (damaged.length === 0) return exitCode('ok');
  if (damaged.some(({ backup }) => backup === undefined))
    context.say(
      `Next: ${['ringmaster down', 'ringmaster ledger restore', 'ringmaster up'].map((run) => namedCommand(run, { source: running.source, state })).join(' · ')}`,
    );
  return exitCode('failure');
}
