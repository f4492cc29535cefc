import type { SyncView } from '../../contract/read-model.ts';
import type { Context } from '../context.ts';
import { ask } from '../control.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { show, type Format } from '../show/output.ts';
import { syncLines } from '../show/sync-lines.ts';
import { findCluster } from '../state-folder.ts';

export async function syncList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const syncs = await ask<readonly SyncView[]>(findCluster(context), '/syncs');
  show(context, options.output, syncs, (wide) => syncLines(syncs, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
