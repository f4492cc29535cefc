import type { Context } from '../context/context.ts';
import { readRunningCluster } from '../../config/running-cluster.ts';
import { upCommand } from '../../domain/cluster/own-command.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import type { Format } from '../render/output.ts';
import { checked } from './check.ts';

export interface ApplyOptions {
  readonly file?: string | undefined;
  readonly output: Format;
  /** Only show what would change. */
  readonly plan?: true | undefined;
}

/** Makes the running cluster take its changed file: shows the changes as `check` does, then restarts what they concern. */
export async function apply(context: Context, { file, output, plan }: ApplyOptions): Promise<ExitCode> {
  const { path, config } = await checked(context, { file, output });
  if (config === undefined) return exitCode('usage');
  if (plan === true) return exitCode('ok');
  const { state, cluster } = config;
  if ((await context.launcher.launcherLife({ state })) !== 'runs')
    throw new VerbFailure('notRunning', {
      cannot: `change cluster ${cluster}`,
      because: 'it does not run',
      hint: { run: upCommand(path) },
    });
  await context.launcher.up({ file: path, say: context.say, signal: new AbortController().signal, areChangesShown: true });
  context.say(`Configuration ${readRunningCluster(state)?.configEpoch} holds.`);
  return exitCode('ok');
}
