import { existsSync } from 'node:fs';
import { leadToOneFolder } from '../../system/one-folder.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import type { Found } from './context.ts';

/** Refuses to reach a cluster through a copy of its state folder. The records in the copy name the processes of the first folder. */
export function refuseCopy({ state, running }: Found): void {
  const first = running.config.state;
  if (!existsSync(first) || leadToOneFolder(first, state)) return;
  throw new VerbFailure('usage', {
    cannot: `use the cluster of ${state}`,
    because: `it is a copy of ${first}, and its records name the processes of that cluster`,
    hint: { say: `--state ${first}, or \`ringmaster up --copied\` with a cluster file that names the copy` },
  });
}
