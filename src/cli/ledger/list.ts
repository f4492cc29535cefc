import { backupsOf } from '../../domain/ledger/backup.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { ledgerLines } from './ledger-lines.ts';

export async function ledgerList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const { state, running } = findCluster(context);
  const view = await context.launcher.ledgers({ state, config: backupsOf(running.config) });
  show(context, options.output, view, (wide) => ledgerLines(view, wide, context.colour));
  return exitCode('ok');
}
