/**
 * `npm run bench [-- name …]` runs the named benchmarks (imports, cluster, transport, queue, events, delivery, daemons, command-daemons, learning, matrix). Without a name it runs all.
 * Prints one JSON line for each figure, and at the end one line for each promise and goal (`promises.mjs`). The exit code is 1 when a figure could not be
 * measured, or when a promise is broken.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { judge } from './promises.mjs';

const all = ['imports', 'cluster', 'transport', 'queue', 'events', 'delivery', 'daemons', 'command-daemons', 'learning', 'matrix'];
const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`Cannot run ${unknown.join(', ')} because there is no such benchmark; try ${all.join(', ')}`);
  process.exit(2);
}

/** Returns the JSON object of a line. Undefined for any other line. */
function objectIn(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a benchmark, prints its lines, and returns its exit status and the verdicts about its figures. */
async function measure(file) {
  const child = spawn(process.execPath, [file], { stdio: ['inherit', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const verdicts = [];
  for await (const text of createInterface({ input: child.stdout })) {
    console.log(text);
    verdicts.push(...judge(objectIn(text) ?? {}));
  }
  return { status: await ended, verdicts };
}

let failed = 0;
const verdicts = [];
for (const name of requested.length > 0 ? requested : all) {
  const file = join(import.meta.dirname, `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const measured = await measure(file);
  if (measured.status !== 0) failed += 1;
  verdicts.push(...measured.verdicts);
}
for (const verdict of verdicts) console.log(JSON.stringify(verdict));
process.exit(failed > 0 || verdicts.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0);
