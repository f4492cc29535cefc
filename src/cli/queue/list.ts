import type { ItemState } from '../../domain/item/work-item.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { queueLines } from './queue-lines.ts';
import { findCluster } from '../context/find-cluster.ts';

export async function queueList(
  context: Context,
  { output, only, limit }: { readonly output: Format; readonly only?: string | undefined; readonly limit: number },
): Promise<ExitCode> {
  const items = await ask(findCluster(context), 'queue', { query: { state: only as ItemState | undefined, limit } });
  show(context, output, items, (wide) => queueLines(items, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
