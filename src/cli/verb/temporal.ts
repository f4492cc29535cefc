import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { messageOf, sentenceOf } from '../../domain/failure/sentence.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { keyRingOf } from '../../service/temporal/read-key.ts';
import { refuseCopy } from '../context/refuse-copy.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode } from '../exit/exit-codes.ts';
import type { Context, Found } from '../context/context.ts';
import { type CommandSignal, provenCommand } from './temporal-proof.ts';

/** How a shell reports a program that a signal ended: this number plus the number of the signal. */
const signalExitBase = 128;

/**
 * Runs the Temporal CLI on the cluster's server and namespace with the given arguments, and returns its exit code. The CLI has this terminal, so its
 * prompts, colours and Ctrl-C work. In a cluster that requires a key, a command that needs a proof gets one. An option of the command line, such as `--address`, still wins.
 */
export async function temporal(context: Context, args: readonly string[]): Promise<number> {
  const found = findCluster(context);
  refuseCopy(found);
  const { running } = found;
  const keys = keyRingOf(running);
  const command = keys === undefined ? { words: args } : provenCommand(args, keys);
  if ('signal' in command) return sendSignal(context, found, command.signal);
  const cli = await context.launcher.temporalCli();
  const child = spawn(cli, command.words, { stdio: 'inherit', env: temporalEnvironment(running, context.env) });
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

/** Sends a signal with its proof, in place of the Temporal CLI. */
async function sendSignal(context: Context, found: Found, { workflowId, runId, name, args }: CommandSignal): Promise<number> {
  try {
    await withTemporal(found, ({ client }) => client.workflow.getHandle(workflowId, runId).signal(name, ...args));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowNotFoundError') throw error;
    const message = messageOf({ cannot: `signal ${workflowId}`, because: 'no workflow with that id runs' });
    context.say(sentenceOf({ message, hint: { run: 'ringmaster temporal workflow list' } }));
    return exitCode('notFound');
  }
  context.out('Signal workflow succeeded');
  return exitCode('ok');
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
