import { nearestName } from '../../base/nearest-name.ts';
import type { Found } from '../context/context.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** Throws when the cluster file does not name the pipeline. */
export function requirePipeline({ running }: Found, name: string, verb: string): void {
  const known = running.config.pipelines.map((one) => one.name);
  if (known.includes(name)) return;
  throw new VerbFailure('notFound', {
    cannot: `${verb} pipeline ${name}`,
    because: `the cluster file has ${known.join(', ') || 'no pipelines'}`,
    hint: { say: nearestName(name, known) ?? 'one of those names' },
  });
}
