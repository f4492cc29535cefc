/**
 * Tries Ringmaster on the oldest and the newest tested Node, each in a copy of the checkout with nothing installed, and prints a line for each step.
 * `npm run matrix -- 22.23.3 24.21.0` names other versions. A Node comes from npm's package for this machine. `npm start` needs the ports of the demo.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyCheckout } from './setup/copy-checkout.mjs';
import { onExit } from './setup/cleanup.mjs';
import { tryNpm } from './setup/npm.mjs';
import { run } from './setup/run.mjs';
import { testedNodes } from './setup/supported-node.mjs';
import { lastCount, lastTurns } from './setup/summary-line.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const quickRungs = ['tidy', 'unit', 'example', 'storage', 'model', 'replay', 'setup'];

/** The limits are for two busy cores. The first step also compiles. */
const steps = [
  { title: 'npm start', command: ['npm', 'start'], limitMs: 20 * 60_000, says: lastTurns },
  { title: 'npm run check', command: ['npm', 'run', 'check'], limitMs: 15 * 60_000, says: () => '' },
  {
    title: 'quick rungs',
    command: ['npm', 'test', '--', ...quickRungs.flatMap((rung) => ['--project', rung])],
    limitMs: 30 * 60_000,
    says: lastCount,
  },
];

const work = mkdtempSync(join(tmpdir(), 'ringmaster-matrix-'));
onExit.add(() => rmSync(work, { recursive: true, force: true }));
const logs = join(root, 'dist', 'matrix');
mkdirSync(logs, { recursive: true });

const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : [testedNodes[0], testedNodes.at(-1)];
let failed = 0;
for (const version of versions) {
  const folder = await fetchNode(version);
  const checkout = join(work, `checkout-${version}`);
  await copyCheckout(root, checkout);
  const env = { ...process.env, PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter), CI: '1', NO_COLOR: '1' };
  delete env.npm_execpath; // npm of this machine must run with the Node that is tried.
  for (const step of steps) await attempt(version, step, { checkout, env });
  await run('bin/ringmaster', ['down', '--purge'], { cwd: checkout, env, timeoutMs: 120_000 });
  rmSync(checkout, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

async function attempt(version, { title, command: [program, ...args], limitMs, says }, { checkout, env }) {
  const startedAt = performance.now();
  const { code, output } = await run(program, args, { cwd: checkout, env, timeoutMs: limitMs });
  const log = join(logs, `${version}-${title.replaceAll(' ', '-')}.log`);
  writeFileSync(log, `${output}\n`);
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  const verdict = code === 0 ? 'ok  ' : 'FAIL';
  if (code !== 0) failed += 1;
  console.log(
    `${verdict} Node ${version.padEnd(8)} ${title.padEnd(13)} ${seconds.padStart(6)}  ${code === 0 ? says(output) : `see ${log}`}`.trimEnd(),
  );
}

/** Returns the folder of this version of Node. */
async function fetchNode(version) {
  const folder = join(work, `node-${version}`);
  mkdirSync(folder);
  const name = `node-${process.platform}-${process.arch}@${version}`;
  const packed = await tryNpm(['pack', name, '--ignore-scripts', '--pack-destination', folder], { root, env: process.env });
  const archive = join(folder, `${name.replace('@', '-')}.tgz`);
  if (packed.code !== 0 || !existsSync(archive)) {
    console.error(`Cannot try Node ${version} because npm has no package ${name}; try another version: npm run matrix -- ${testedNodes.at(-1)}`);
    process.exit(1);
  }
  await run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
  rmSync(archive);
  return folder;
}
