import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { isResting } from '../../domain/pipeline/stages.ts';
import type { Context, Found } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { withTemporal } from '../context/with-temporal.ts';

export interface DemoTurns {
  readonly first: number;
  readonly count: number;
  /** The last turn of the demo. The pipeline is done when it rests after this turn. */
  readonly last: number;
}

/**
 * Starts the turns of the cluster file. If the pipeline is under way because an earlier demo was cut short, it gets no further turns, and the demo
 * watches it to the end of its turn.
 */
export async function beginTurns(found: Found, context: Context, name: string): Promise<DemoTurns> {
  const config = found.running.config.pipelines.find((one) => one.name === name);
  const view = (await views(found, context)).find((one) => one.name === name);
  if (view !== undefined && view.turn > 0 && !isResting(view.stage)) {
    context.say(`${name} is under way at turn ${view.turn} (${view.stage}): watching it`);
    return { first: view.turn, count: 1, last: view.turn };
  }
  const { startPipeline } = await import('../../service/pipeline/start-pipeline.ts');
  const { nextTurn } = await import('../../domain/pipeline/next-turn.ts');
  const first = nextTurn(view);
  const count = config?.turns || 3;
  await withTemporal(found, ({ client }) => startPipeline(client, found.running, { name, turns: count, nextTurn: first }));
  return { first, count, last: first + count - 1 };
}

/** Waits for the first read model, which may arrive a moment after `up` reports ready. */
async function views(found: Found, context: Context): Promise<readonly PipelineView[]> {
  const untilMs = context.nowMs() + 20_000;
  for (;;) {
    try {
      return await ask(found, 'pipelines');
    } catch (error) {
      if (!(error instanceof VerbFailure) || error.exit === 'usage' || context.nowMs() > untilMs) throw error;
    }
    await sleep(200);
  }
}
