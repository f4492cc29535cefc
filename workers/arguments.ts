import { parseArgs } from 'node:util';
import { messageOf, sentenceOf } from '../src/domain/failure/sentence.ts';

/** Returns the values of `--name value` arguments. When a value is missing, the process prints the name of the argument and exits with code 2. */
export function requireArguments<const Name extends string>(names: readonly Name[]): Record<Name, string> {
  const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])), strict: true });
  const missing = names.filter((name) => typeof values[name] !== 'string');
  if (missing.length > 0) {
    const message = messageOf({ cannot: 'start', because: `${missing.map((name) => `--${name}`).join(', ')} is missing` });
    console.error(sentenceOf({ message, hint: { say: 'starting the cluster, which starts every process', run: 'ringmaster up' } }));
    process.exit(2);
  }
  return values as Record<Name, string>;
}
