import { backupsOf } from '../../domain/ledger/backup.ts';
import { bytes, plural } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';

export async function ledgerBackup(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const { state, running } = findCluster(context);
  const made = await context.launcher.backUpLedgers({ state, keep: backupsOf(running.config).keep });
  show(context, options.output, made, () => [
    `backup ${made.id}: ${plural(made.files.length, 'ledger')}, ${bytes(made.files.reduce((sum, one) => sum + one.bytes, 0))}, verified`,
  ]);
  return exitCode('ok');
}
