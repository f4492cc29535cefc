import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { alertFacts } from './alert-lines.ts';

export async function alertShow(context: Context, id: string, { output }: { readonly output: Format }): Promise<ExitCode> {
  const alert = await ask(findCluster(context), 'alert', { params: { alert: id } });
  show(context, output, alert, () => alertFacts(alert, context.nowMs(), context.colour));
  return exitCode('ok');
}
