import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the path of the Temporal CLI: the path from the environment if there is one, otherwise the path that set-up recorded. */
export function temporalCli(): string {
  const named = process.env['TEMPORAL_CLI_PATH'];
  if (named !== undefined) return named;
  const record = join(import.meta.dirname, '../../dist/setup.json');
  const found = existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as { temporalCli?: string | null }).temporalCli : undefined;
  if (typeof found === 'string') return found;
  throw new Error('Cannot run the Temporal CLI because none was set up; try npm test, which sets it up, or TEMPORAL_CLI_PATH');
}
