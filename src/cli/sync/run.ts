import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { findCluster } from '../context/find-cluster.ts';
import { withTemporal } from '../context/with-temporal.ts';
import type { Hint } from '../../domain/failure/hint.ts';

/**
 * Syncs a dataset from home to a node, or brings a node's part of a dataset home: `sync run games-cf home --from a`. `games-cf@a` is a short form of
 * `games-cf … --from a`.
 */
export async function syncRun(context: Context, name: string, target: string, options: { readonly from?: string | undefined }): Promise<ExitCode> {
  const found = findCluster(context);
  const [dataset = '', at] = name.split('@');
  const source = options.from ?? at ?? (target === 'home' ? undefined : 'home');
  const { config } = found.running;
  const places = ['home', ...config.nodes.map((node) => String(node.id))];
  const refuse = (because: string, hint: Hint): never => {
    throw new VerbFailure('usage', { cannot: `sync ${name} to ${target}`, because, hint });
  };
  if (source === undefined)
    return refuse('a sync to home comes from a node, and none is named', { say: `--from NODE, one of ${places.slice(1).join(', ')}` });
  if (!places.includes(source) || !places.includes(target))
    return refuse(`${places.includes(source) ? target : source} is no place of this cluster`, { say: `one of ${places.join(', ')}` });
  if ((source === 'home') === (target === 'home')) return refuse('one side must be home and the other a node', { say: 'two syncs, by way of home' });
  const { runSync } = await import('../../service/sync/run-sync.ts');
  const { workflowId, start } = await withTemporal(found, ({ client }) => runSync(client, { dataset, source, target }));
  context.out(start === 'started' ? `${workflowId} started` : `${workflowId} is under way and will run once more`);
  context.say(`Next: ringmaster sync list · ringmaster explain ${workflowId}`);
  return exitCode('ok');
}
