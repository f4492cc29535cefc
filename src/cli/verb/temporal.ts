import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';

/** How a shell reports a program that a signal ended: this number plus the number of the signal. */
const signalExitBase = 128;

/**
 * Runs the Temporal CLI on the cluster's server and namespace with the given arguments, and returns its exit code. The CLI has this terminal, so its
 * prompts, colours and Ctrl-C work. An option of the command line, such as `--address`, still wins.
 */
export async function temporal(context: Context, args: readonly string[]): Promise<number> {
  const { running } = findCluster(context);
  const cli = await context.launcher.temporalCli();
  const child = spawn(cli, args, { stdio: 'inherit', env: temporalEnvironment(running, context.env) });
  // A terminal sends Ctrl-C to the CLI as well. This process waits for the CLI's own end.
  const wait = (): void => undefined;
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', wait);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? signalExitBase + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    process.off('SIGINT', wait);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, pass);
  }
}

/**
 * Returns the environment of the CLI. The own server needs no credentials, so nothing of the user's profile or `TEMPORAL_*` reaches the CLI. For an
 * external server both still provide the credentials (TLS, API key).
 */
export function temporalEnvironment(
  { temporalAddress, temporalEmbedded, config }: Pick<RunningCluster, 'temporalAddress' | 'temporalEmbedded' | 'config'>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = temporalEmbedded
    ? Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') || name.startsWith('TEMPORAL_CLI_')))
    : env;
  return {
    ...kept,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: config.temporal.namespace,
    ...(temporalEmbedded ? { TEMPORAL_CONFIG_FILE: '/dev/null' } : {}),
  };
}
