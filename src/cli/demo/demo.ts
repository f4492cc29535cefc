import { setTimeout as sleep } from 'node:timers/promises';
import { ago } from '../../service/say.ts';
import type { Context, Found } from '../context/context.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { exitCode, type ExitCode, type ExitName } from '../exit/exit-codes.ts';
import { interruption } from '../exit/interruption.ts';
import { asVerbFailure, VerbFailure } from '../exit/verb-failure.ts';
import { refuseState, rememberState } from '../context/find-cluster.ts';
import { beginTurns } from './begin-turns.ts';
import { liveScreen, plainScreen } from './screen.ts';
import { nextLines, summaryLines } from './summary.ts';
import { watchStory, type StoryEnd } from './watch-story.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export interface DemoOptions {
  readonly file?: string | undefined;
  readonly fault: boolean;
  readonly stop?: true | undefined;
  readonly limit: number;
}

const exits = { ok: 'ok', late: 'degraded', failure: 'failure', unrepaired: 'degraded' } as const satisfies Record<StoryEnd['exit'], ExitName>;

/**
 * Runs the demo from an empty folder to a champion, and narrates what happens. The demo uses the same interfaces as any operator: the launcher,
 * Temporal to start the pipeline, and control's HTTP server to look at the cluster. Only planting the fault is special to the demo. Ctrl-C and
 * SIGTERM stop everything that the demo started.
 */
export async function demo(context: Context, options: DemoOptions): Promise<ExitCode> {
  refuseState(context, 'demo');
  const startMs = context.nowMs();
  const stop = interruption(context.say);
  let running: RunningCluster | undefined;
  try {
    const file = options.file ?? (await context.launcher.demoFile());
    context.say(`Starting the cluster of ${file}`);
    running = await context.launcher.up({ file, say: (line) => context.say(`  ${line}`), signal: stop.signal });
    rememberState(running.config.state, context);
    const end = stop.signal.aborted ? undefined : await play({ state: running.config.state, running }, context, options, startMs, stop.signal);
    if (stop.signal.aborted || end === undefined) return await stopAll(context, running, 'interrupted');
    await conclude(context, end, running, options, startMs);
    return exitCode(exits[end.exit]);
  } catch (error) {
    if (stop.signal.aborted) return running === undefined ? exitCode('interrupted') : stopAll(context, running, 'interrupted');
    if (running !== undefined)
      context.say(`The cluster still runs: \`${context.command()} status\` shows it, \`${context.command()} down\` stops it.`);
    throw error;
  }
}

async function play(found: Found, context: Context, options: DemoOptions, startMs: number, signal: AbortSignal): Promise<StoryEnd> {
  const name = found.running.config.pipelines[0]?.name;
  if (name === undefined)
    throw new VerbFailure('usage', {
      cannot: 'play the demo',
      because: `${found.running.source} has no pipeline`,
      hint: { say: 'examples/cluster.demo.yaml' },
    });
  const turns = await beginTurns(found, context, name);
  context.say(
    `Up after ${ago(context.nowMs() - startMs)}; playing ${turns.count} turn${turns.count === 1 ? '' : 's'} of ${name}. Ctrl-C stops everything.\n`,
  );
  const screen = context.tty ? liveScreen(context, startMs, process.stdout) : plainScreen(context, startMs);
  const giveBack = (): void => screen.close();
  process.on('exit', giveBack);
  signal.addEventListener('abort', giveBack, { once: true });
  try {
    return await watchStory({
      found,
      context,
      name,
      turns,
      startMs,
      limitMs: options.limit * 1000,
      fault: options.fault,
      signal,
      screen,
      sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
    });
  } finally {
    screen.close();
    process.off('exit', giveBack);
  }
}

async function conclude(
  context: Context,
  { status, view, record, fault, exit }: StoryEnd,
  running: RunningCluster,
  options: DemoOptions,
  startMs: number,
): Promise<void> {
  const shown = view;
  context.out('');
  if (shown !== undefined)
    for (const line of summaryLines({ status, view: shown, record, fault, elapsedMs: context.nowMs() - startMs })) context.out(line);
  if (exit === 'late')
    context.say(
      `Not finished within ${options.limit} s: stage ${shown?.stage ?? 'none'}. Look at \`${context.command()} explain ${shown?.name ?? 'control'}\` and ${running.config.state}/logs`,
    );
  if (exit === 'failure')
    context.say(
      `${shown?.failure === undefined ? 'The pipeline failed.' : sentenceOf(shown.failure)}\nLook at \`${context.command()} explain ${shown?.name ?? ''}\``,
    );
  if (options.stop) await context.launcher.down({ state: running.config.state, purge: false, say: context.say });
  context.out('');
  for (const line of nextLines(context.command(), fault, status, options.stop === true)) context.out(line);
}

async function stopAll(context: Context, running: RunningCluster, exit: 'interrupted'): Promise<ExitCode> {
  try {
    const { stopped } = await context.launcher.down({ state: running.config.state, purge: false, say: context.say });
    context.say(
      `Stopped ${stopped.join(', ') || 'nothing: nothing ran'}. Kept ${running.config.state}; \`${context.command()} demo\` goes on from there, \`${context.command()} down --purge\` removes it.`,
    );
  } catch (error) {
    context.say(`${sentenceOf(asVerbFailure(error))}\n\`${context.command()} down\` tries again.`);
  }
  return exitCode(exit);
}
