import type { PipelineView } from '../../domain/pipeline/view.ts';
import { isRunAgain } from '../../domain/pipeline/next-turn.ts';
import { isResting, isTurnOver } from '../../domain/pipeline/stages.ts';
import type { Context } from '../context/context.ts';
import { ask, ControlDown } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { findCluster } from '../context/find-cluster.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { requirePipeline } from './require-pipeline.ts';
import { payloadOfNextRun } from './run-again.ts';

export interface RunOptions {
  readonly turns: number;
  readonly skipTurn?: true | undefined;
  readonly takeStages?: true | undefined;
  readonly reason: string;
}

/**
 * Adds turns to a running pipeline, or starts the pipeline. This works even while control is down. The pipeline then begins when control runs again.
 */
export async function pipelineRun(context: Context, name: string, options: RunOptions): Promise<ExitCode> {
  const found = findCluster(context);
  requirePipeline(found, name, 'run');
  const views = await ask(found, 'pipelines').catch((error: unknown) => {
    if (error instanceof ControlDown) return [];
    throw error;
  });
  const view = views.find((one) => one.name === name);
  if (options.skipTurn === true) refuseSkip(name, view);
  const { startPipeline } = await import('../../service/pipeline/start-pipeline.ts');
  const { nextTurn } = await import('../../domain/pipeline/next-turn.ts');
  const { workflowId } = await withTemporal(found, ({ client }) =>
    startPipeline(client, found.running, {
      name,
      turns: options.turns,
      nextTurn: nextTurn(view),
      by: whoAmI(context.env),
      reason: options.reason,
      runsAgain: isRunAgain(view),
      ...(options.skipTurn === true ? { skipTurn: true } : {}),
      ...(options.takeStages === true ? { takeStages: true } : {}),
    }),
  );
  context.out(`${workflowId}: ${options.turns === 0 ? 'turns without end' : `${options.turns} more turn${options.turns === 1 ? '' : 's'}`}`);
  for (const line of whatItEnds(view, options)) context.out(`  ${line}`);
  if (view?.begun !== undefined && isRunAgain(view) && options.skipTurn !== true) context.out(`  ${await payloadOfNextRun(found, view.begun, name)}`);
  context.say(`Next: ringmaster status --watch · ringmaster explain ${name}`);
  return exitCode('ok');
}

/** Returns lines about the pause that ends and the turn that is given up or runs again. */
function whatItEnds(view: PipelineView | undefined, { skipTurn }: RunOptions): string[] {
  if (view === undefined) return [];
  const wish = view.standing?.wish;
  const pause =
    wish === undefined || wish.wish === 'running' ? [] : [`This ends what was wished before: ${wish.wish} by ${wish.by} (${wish.reason}).`];
  if (skipTurn === true) return [...pause, `Turn ${view.turn} is given up.`];
  return isRunAgain(view)
    ? [...pause, `Turn ${view.turn} ${view.failure === undefined && view.stage !== 'failed' ? 'was interrupted' : 'had failed'} and runs again.`]
    : pause;
}

function refuseSkip(name: string, view: PipelineView | undefined): void {
  if (view !== undefined && isResting(view.stage) && !isTurnOver(view.stage)) return;
  const isUnderWay = view !== undefined && !isResting(view.stage);
  if (view === undefined) return; // Control is down, or the pipeline was never run. The pipeline's workflow knows its turn.
  throw new VerbFailure('failure', {
    cannot: `give up a turn of ${name}`,
    because: isUnderWay ? `turn ${view.turn} is under way (${view.stage})` : `turn ${view.turn} is over, and no turn has failed`,
    hint: isUnderWay ? { say: 'giving it up at once', run: `ringmaster pipeline skip ${name} --now` } : { run: `ringmaster pipeline run ${name}` },
  });
}
