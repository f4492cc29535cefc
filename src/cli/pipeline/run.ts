import type { Context } from '../context/context.ts';
import { ask, ControlDown } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';

/**
 * Adds turns to a running pipeline, or starts the pipeline. This works even while control is down. The pipeline then begins when control runs again.
 */
export async function pipelineRun(context: Context, name: string, options: { readonly turns: number }): Promise<ExitCode> {
  const found = findCluster(context);
  const known = found.running.config.pipelines.map((one) => one.name);
  if (!known.includes(name)) {
    throw new VerbFailure('notFound', {
      cannot: `run pipeline ${name}`,
      because: `the cluster file has ${known.join(', ') || 'no pipelines'}`,
      hint: { say: 'one of those names' },
    });
  }
  const views = await ask(found, 'pipelines').catch((error: unknown) => {
    if (error instanceof ControlDown) return [];
    throw error;
  });
  const { startPipeline, nextTurn } = await import('../../service/pipeline/start-pipeline.ts');
  const begin = nextTurn(views.find((one) => one.name === name));
  const { workflowId } = await withTemporal(found, ({ client }) =>
    startPipeline(client, found.running, { name, turns: options.turns, nextTurn: begin }),
  );
  context.out(`${workflowId}: ${options.turns === 0 ? 'turns without end' : `${options.turns} more turn${options.turns === 1 ? '' : 's'}`}`);
  context.say(`Next: ringmaster status --watch · ringmaster explain ${name}`);
  return exitCode('ok');
}
