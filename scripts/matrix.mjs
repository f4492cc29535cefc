/**
 * Tries Ringmaster on the oldest and the newest tested Node, each in a copy of the checkout with nothing installed, and prints a line for each step.
 * `npm run matrix -- start 22.23.3` names other versions and only some of the steps. A Node comes from npm's package for this machine. `npm start` needs the ports of the demo.
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

/** The limits are for two busy cores. The first step also compiles, and starts a cluster that has to go before the next step. */
const steps = {
  start: { title: 'npm start', command: ['npm', 'start', '--', '--stop', '--limit', '900'], limitMs: 25 * 60_000, says: lastTurns },
  check: { title: 'npm run check', command: ['npm', 'run', 'check'], limitMs: 15 * 60_000, says: () => '' },
  quick: {
    title: 'quick rungs',
    command: ['npm', 'test', '--', ...quickRungs.flatMap((rung) => ['--project', rung])],
    limitMs: 30 * 60_000,
    says: lastCount,
  },
};

const work = mkdtempSync(join(tmpdir(), 'ringmaster-matrix-'));
onExit.add(() => rmSync(work, { recursive: true, force: true }));
const logs = join(root, 'dist', 'matrix');
mkdirSync(logs, { recursive: true });

const words = process.argv.slice(2);
const isVersion = (word) => /^\d+\.\d+\.\d+$/.test(word);
const unknown = words.find((word) => !isVersion(word) && !Object.hasOwn(steps, word));
if (unknown !== undefined) {
  console.error(
    `Cannot try ${unknown} because it is neither a version nor a step; try: npm run matrix -- ${Object.keys(steps).join(' ')} ${testedNodes.at(-1)}`,
  );
  process.exit(2);
}
/** Returns the words of one kind from the command line, or the default when there are none. */
const chosen = (isOfKind, otherwise) => (words.some(isOfKind) ? words.filter(isOfKind) : otherwise);
const versions = chosen(isVersion, [testedNodes[0], testedNodes.at(-1)]);
const names = chosen((word) => !isVersion(word), Object.keys(steps));
let failed = 0;
for (const version of versions) {
  const folder = await fetchNode(version);
  const checkout = join(work, `checkout-${version}`);
  await copyCheckout(root, checkout);
  const env = { ...process.env, PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter), CI: '1', NO_COLOR: '1' };
  delete env.npm_execpath; // npm of this machine must run with the Node that is tried.
  for (const name of names) {
    await attempt(version, steps[name], { checkout, env });
    if (name === 'start')
      await run('bin/ringmaster', ['down', '--purge', '--state', join(checkout, '.state', 'demo')], { cwd: checkout, env, timeoutMs: 120_000 });
  }
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
