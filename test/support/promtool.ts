import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.ts';

/** Runs promtool, which the set-up for tests gets, with this text as its input. `output` has both of its streams. */
export async function promtool(args: readonly string[], input: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const part = join(repository, 'scripts/setup/promtool-part.mjs');
  const { locatePromtool } = (await import(/* @vite-ignore */ part)) as { locatePromtool: (env: NodeJS.ProcessEnv) => string | undefined };
  const path = locatePromtool(process.env);
  if (path === undefined) throw new Error('promtool is missing; run `node scripts/setup.mjs --test`');
  const { status, stdout, stderr } = spawnSync(path, [...args], { input, encoding: 'utf8', timeout: 20_000 });
  return { code: status, output: `${stdout}${stderr}` };
}
