/**
 * Measures the CPU time that a process of a cluster needs until its imports are done, from the bundle and from the compiled files. Without `--state` a process ends at once after its
 * imports. Both forms take turns, and each figure is a median.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleFolder, isBundleFresh } from '../scripts/setup/bundle-stamp.mjs';

const root = join(import.meta.dirname, '..');
const runs = 3;
const atExit = "data:text/javascript,process.on('exit',()=>console.log(JSON.stringify(process.cpuUsage())))";

if (!isBundleFresh(root)) {
  console.error('Cannot measure the bundles because they are stale; try npm run build');
  process.exit(1);
}

function cpuMs(folder, name) {
  const program = join(root, folder, 'workers', name, 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--enable-source-maps', '--import', atExit, program], { encoding: 'utf8' });
  if (status !== 2) throw new Error(`${program} ended with ${status}: ${stderr}`);
  const { user, system } = JSON.parse(stdout);
  return (user + system) / 1000;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

for (const name of ['ledger', 'control']) {
  const measured = { compiled: [], bundled: [] };
  for (let run = 0; run < runs; run += 1) {
    measured.compiled.push(cpuMs('dist', name));
    measured.bundled.push(cpuMs(bundleFolder, name));
  }
  const [compiledMs, bundledMs] = [median(measured.compiled), median(measured.bundled)].map(Math.round);
  console.log(JSON.stringify({ bench: 'imports', process: name, compiledMs, bundledMs, ratio: Number((bundledMs / compiledMs).toFixed(2)) }));
}
