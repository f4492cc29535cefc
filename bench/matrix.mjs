/**
 * Measures the matrix of login × configuration of ssh × tree (`test/transport/matrix`), which is a part of the tests. Only root can give a user another
 * login shell.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
if (process.getuid?.() !== 0) {
  console.error('Cannot measure the matrix because only root gives a user another login shell; try it as root');
  process.exit(1);
}
const beganAt = performance.now();
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/transport/matrix/matrix.test.ts'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (status === 0) console.log(JSON.stringify({ bench: 'matrix', unit: 's', seconds: Math.round((performance.now() - beganAt) / 1_000) }));
process.exit(status ?? 1);
