import { setTimeout as sleep } from 'node:timers/promises';
import type { Views } from '../../contract/views.ts';
import { freshStatusMsMax, freshStatusPollMs } from '../limits.ts';
import type { Context, Found } from '../context/context.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { interruption } from '../exit/interruption.ts';
import { serverLine } from './server-line.ts';
import { statusLines } from '../status/status-lines.ts';
import { clusterFile } from './cluster-file.ts';
import { refuseState, rememberState } from '../context/find-cluster.ts';

export interface UpOptions {
  readonly file?: string | undefined;
  readonly foreground?: true | undefined;
  readonly moved?: true | undefined;
  readonly copied?: true | undefined;
}

/** Starts the cluster, then prints its status and the next steps. */
export async function up(context: Context, options: UpOptions): Promise<ExitCode> {
  refuseState(context, 'up');
  const file = clusterFile(context, options.file, 'up');
  const stop = interruption(context.say);
  let running: RunningCluster;
  try {
    const place = options.moved ? 'moved' : options.copied ? 'copied' : undefined;
    running = await context.launcher.up({ file, place, say: context.say, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return exitCode('interrupted');
    throw error;
  }
  const { state } = running.config;
  rememberState(state, context);
  context.say(serverLine(running));
  if (!stop.signal.aborted) {
    const answer = await freshStatus({ state, running });
    for (const line of statusLines(answer, context.nowMs(), false, context.colour)) context.out(line);
    context.say(`\nNext: ringmaster pipeline run ${running.config.pipelines[0]?.name ?? 'NAME'} · ringmaster status --watch · ringmaster down`);
  }
  if (options.foreground) {
    context.say('In the foreground; Ctrl-C stops the cluster.');
    const { stay } = await import('./stay.ts');
    if ((await stay(context, { file, state, stop })) === 'stopped') {
      context.say('The cluster was stopped.');
      return exitCode('ok');
    }
  }
  if (!stop.signal.aborted) return exitCode('ok');
  await context.launcher.down({ state, purge: false, say: context.say });
  return exitCode('interrupted');
}

/**
 * Returns the status as soon as its evidence is new, so that the past is not shown as the present: the nodes were last looked at before the cluster was
 * stopped. When this takes too long, returns the status as it is, and its lines say what was not looked at.
 */
async function freshStatus(found: Found): Promise<Views['Status']> {
  const deadline = performance.now() + freshStatusMsMax;
  for (;;) {
    const status = await ask(found, 'status');
    if (status.watches.every(({ ok }) => ok) || performance.now() > deadline) return status;
    await sleep(freshStatusPollMs);
  }
}
