import { quote } from '../../base/quote.ts';
import { upCommand } from '../../domain/cluster/own-command.ts';
import { backupsOf } from '../../domain/ledger/backup.ts';
import { ago } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { findNamedCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { knownLedgers } from './known-ledgers.ts';

export interface RestoreVerbOptions {
  readonly from?: string | undefined;
  readonly output: Format;
}

/** Restores ledgers of a cluster that is down. The files that are replaced are kept, so the verb does not ask. */
export async function ledgerRestore(context: Context, named: readonly string[], { from, output }: RestoreVerbOptions): Promise<ExitCode> {
  const command = (one: string): string => ['ringmaster ledger restore', ...named, '--state', quote(one)].join(' ');
  const { state, running } = findNamedCluster(context, 'choose the cluster whose ledgers are replaced', command);
  const view = await context.launcher.ledgers({ state, config: backupsOf(running.config) });
  const ledgers = named.length === 0 ? undefined : knownLedgers(named, view, 'restore');
  const report = await context.launcher.restoreLedgers({ state, from, ledgers });
  show(context, output, report, () => [
    `restored ${report.ledgers.join(', ')} from backup ${report.backup}, made ${ago(report.atMs - report.backupAtMs)} before`,
    `the files before the restore are in ${report.replaced}`,
    ...(report.epochFloor === undefined ? [] : [`every item starts again above epoch ${report.epochFloor}, so results of older tries are refused`]),
    ...report.warnings.map((warning) => `warning: ${warning}`),
  ]);
  context.say(`Next: ${upCommand(running.source)}`);
  return exitCode('ok');
}
