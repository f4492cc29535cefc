/**
 * `npm run bench [-- name …]` runs the named benchmarks (cluster, transport, queue, events, delivery, learning). Without a name it runs all.
 * Prints one JSON line for each figure. The exit code is 1 when a figure could not be measured.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const all = ['cluster', 'transport', 'queue', 'events', 'delivery', 'learning'];
const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`Cannot run ${unknown.join(', ')} because there is no such benchmark; try ${all.join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const name of requested.length > 0 ? requested : all) {
  const file = join(import.meta.dirname, `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
