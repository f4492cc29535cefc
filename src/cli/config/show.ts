import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { requireKept } from './kept.ts';

/** Prints the cluster file of a configuration as it was, byte for byte. */
export async function configShow(context: Context, epoch: number | undefined): Promise<ExitCode> {
  const { text, configEpoch, source } = requireKept(findCluster(context).state, epoch, 'show');
  context.say(`configuration ${configEpoch} of ${source}:`);
  context.out(text.replace(/\n$/, ''));
  return exitCode('ok');
}
