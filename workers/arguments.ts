import { parseArgs } from 'node:util';

/** Returns the values of `--name value` arguments. When one is missing, the process names it and exits with code 2. */
export function requireArguments<const Name extends string>(names: readonly Name[]): Record<Name, string> {
  const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])), strict: true });
  const missing = names.filter((name) => typeof values[name] !== 'string');
  if (missing.length > 0) {
    console.error(
      `Cannot start because ${missing.map((name) => `--${name}`).join(', ')} is missing; try \`ringmaster up\`, which starts every process itself`,
    );
    process.exit(2);
  }
  return values as Record<Name, string>;
}
