import { downCommand, upCommand } from '../../domain/cluster/own-command.ts';
import type { Views } from '../../contract/views.ts';
import type { LauncherLook } from '../../domain/cluster/status.ts';
import type { LiveWorkflow } from '../../service/temporal/describe-live.ts';
import { ago } from '../../service/say.ts';
import type { Context, Found } from '../context/context.ts';
import { ask, ControlDown } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { asVerbFailure, VerbFailure } from '../exit/verb-failure.ts';
import { show, type Format } from '../render/output.ts';
import { watchAgain } from '../render/watch.ts';
import { readModelAgeMsMax } from '../limits.ts';
import { processLines, statusLines } from './status-lines.ts';
import { table } from '../render/table.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export interface StatusOptions {
  readonly output: Format;
  readonly watch?: true | undefined;
  readonly interval: number;
  readonly times?: number | undefined;
}

export async function status(context: Context, options: StatusOptions): Promise<ExitCode> {
  const found = findCluster(context);
  if (options.watch)
    return watchAgain(context, options, async () => {
      const value = await ask(found, 'status');
      return { value, lines: (wide) => statusLines(value, context.nowMs(), wide, context.colour), exit: exitFor(value) };
    });
  try {
    const answer = await ask(found, 'status');
    show(context, options.output, answer, (wide) => statusLines(answer, context.nowMs(), wide, context.colour));
    return exitFor(answer);
  } catch (error) {
    if (error instanceof ControlDown) return fallBack(context, found, options.output, error);
    throw error;
  }
}

/** A status with old or missing evidence is degraded, also when every row of it looks good. */
const exitFor = ({ ageMs, watches }: Views['Status']): ExitCode =>
  exitCode(ageMs > readModelAgeMsMax || watches.some(({ ok }) => !ok) ? 'degraded' : 'ok');

/** Reports that control is down, and shows what Temporal and the launcher know. */
async function fallBack(context: Context, { state, running }: Found, output: Format, down: ControlDown): Promise<ExitCode> {
  const { launcher, processes } = await context.launcher.look({ state }).catch((): LauncherLook => ({ launcher: 'none', processes: [] }));
  let live: readonly LiveWorkflow[];
  try {
    const { describeLive } = await import('../../service/temporal/describe-live.ts');
    live = await withTemporal({ state, running }, ({ client }) => describeLive(client));
  } catch (error) {
    const because =
      error instanceof Error && asVerbFailure(error).exit === 'notRunning'
        ? 'neither control nor the Temporal server answers'
        : `control is down, and Temporal failed: ${asVerbFailure(error).message}`;
    throw new VerbFailure('notRunning', {
      cannot: `show ${running.config.cluster}`,
      because,
      hint: { run: upCommand(running.source) },
    });
  }
  context.say(sentenceOf(down));
  context.say(`This is what Temporal at ${running.temporalAddress} knows; nothing under way is lost.`);
  if (launcher === 'absent') context.say(`The launcher is gone too: nothing restarts control. Try: ${upCommand(running.source)}`);
  if (launcher === 'silent') context.say(`The launcher does not reply. Try: ${downCommand(state)}, then ${upCommand(running.source)}`);
  show(context, output, { v: 1, source: 'temporal', cluster: running.config.cluster, processes, live }, () => [
    ...processLines(processes, context.nowMs(), context.colour),
    '',
    ...table(
      [{ head: 'WORKFLOW' }, { head: 'TYPE' }, { head: 'FOR' }],
      live.map((one) => [one.id, one.type, ago(context.nowMs() - one.startedAtMs)]),
      context.colour,
    ),
  ]);
  return exitCode('degraded');
}
