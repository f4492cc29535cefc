/** Runs every check that needs no running cluster and prints one line per check. All checks run. The output of failed checks comes last. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './setup/run.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (path) => join(root, 'node_modules', path);

/** The steps are in the order in which a person should fix their failures. */
const steps = [
  ['rooms', 'scripts/write-rooms.mjs', '--check'],
  ['programs', 'scripts/write-programs.mjs', '--check'],
  ['types', bin('typescript/bin/tsc'), '-b'],
  ['shell', 'scripts/check-shell.mjs'],
  ['lint and walls', bin('oxlint/bin/oxlint'), '-c', 'oxlint.config.mjs', '--deny-warnings'],
  ['format', bin('oxfmt/bin/oxfmt'), '--check'],
  ['dead code', bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  ['build', 'scripts/build.mjs', '--quiet'],
  ['bundle wall', 'scripts/bundle-wall.mjs'],
  ['tidy', bin('vitest/vitest.mjs'), 'run', '--project', 'tidy'],
];

const failures = [];
for (const [title, program, ...args] of steps) {
  const startedAt = performance.now();
  const { code, output } = await run(process.execPath, [program, ...args], { cwd: root, env: { ...process.env, NO_COLOR: '1' } });
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${title.padEnd(15)} ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (code !== 0) failures.push({ title, output });
}
for (const { title, output } of failures) console.error(`\n── ${title} ──\n${output}`);
process.exit(failures.length > 0 ? 1 : 0);
