import { downCommand, upCommand } from '../../domain/cluster/own-command.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { interruption } from '../exit/interruption.ts';
import { contextOfFile, findNamedCluster, findRunningCluster } from '../context/find-cluster.ts';

/** Stops the cluster. If the cluster does not run, the verb succeeds, because nothing is left to stop. */
export async function down(context: Context, options: { readonly purge?: true | undefined; readonly file?: string | undefined }): Promise<ExitCode> {
  const meant = contextOfFile(context, 'stop', options.file);
  const { state, running } = options.purge
    ? findNamedCluster(meant, 'choose the cluster to remove', (one) => downCommand(one, '--purge'))
    : await findRunningCluster(meant, 'choose the cluster to stop', downCommand);
  interruption(context.say);
  const { stopped, left } = await context.launcher.down({ state, purge: options.purge === true, say: context.say });
  context.out(
    stopped.length === 0 ? `${running.config.cluster} was not running` : `${running.config.cluster} is down: stopped ${stopped.join(', ')}`,
  );
  if (options.purge) context.out(left.length === 0 ? `removed ${state}` : `removed what is ours from ${state}`);
  else
    context.say(`Kept ${state}. Next: \`${upCommand(running.source)}\` continues the work; \`${downCommand(state, '--purge')}\` removes the folder.`);
  return exitCode('ok');
}
