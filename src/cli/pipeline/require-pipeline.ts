import { nearestName } from '../../base/nearest-name.ts';
import type { Found } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** Throws when the cluster file does not name the pipeline. */
export function requirePipeline({ running }: Found, name: string, verb: string): void {
  const known = running.config.pipelines.map((one) => one.name);
  if (!known.includes(name)) throw unknownPipeline(name, verb, known, 'adding it to the cluster file, then `ringmaster apply`');
}

/** Throws when the cluster does not know the pipeline. A pipeline that was run and that the cluster file no longer names can be steered. */
export async function requireKnownPipeline(found: Found, name: string, verb: string): Promise<void> {
  const named = found.running.config.pipelines.map((one) => one.name);
  if (named.includes(name)) return;
  const { pipelines } = await ask(found, 'status');
  if (pipelines.some((one) => one.name === name)) return;
  throw unknownPipeline(name, verb, named, 'ringmaster pipeline list');
}

const unknownPipeline = (name: string, verb: string, known: readonly string[], otherwise: string): VerbFailure =>
  new VerbFailure('notFound', {
    cannot: `${verb} pipeline ${name}`,
    because: `the cluster file has ${known.join(', ') || 'no pipelines'}`,
    hint: { say: nearestName(name, known) ?? (known.length === 0 ? otherwise : 'one of those names') },
  });
