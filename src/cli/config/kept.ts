import { type KeptConfig, keptConfig, keptEpochs } from '../../config/kept-configs.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** Returns a kept configuration. Without a number, the newest. */
export function requireKept(state: string, epoch: number | undefined, cannot: string): KeptConfig {
  const known = keptEpochs(state);
  const kept = keptConfig(state, epoch ?? known.at(-1) ?? 0);
  if (kept !== undefined) return kept;
  throw new VerbFailure('notFound', {
    cannot: `${cannot} configuration ${epoch ?? ''}`.trimEnd(),
    because: 'it is not kept',
    hint: {
      say: known.length === 0 ? 'again after the next `ringmaster up` with a changed file' : `one of ${known[0]} to ${known.at(-1)}`,
      run: 'ringmaster config history',
    },
  });
}
