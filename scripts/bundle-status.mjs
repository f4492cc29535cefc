/**
 * `status` as one CommonJS file, with what only its fallback on Temporal needs in files beside it: Node reads it in a tenth of the time that thirty ES
 * modules take, and `status -o json` is what scripts ask every few seconds. Packages stay outside.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { statusBundlePath } from './setup/build-stamp.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export async function bundleStatus() {
  const bundle = await rolldown({
    input: { 'quick-status': join(root, 'dist/src/cli/status/quick-status.js') },
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  });
  const { output } = await bundle.generate({ format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' });
  await bundle.close();
  const folder = dirname(statusBundlePath(root));
  mkdirSync(folder, { recursive: true });
  // Each file whole or not at all, the one that names the others last: somebody may ask for the status while we write.
  for (const { fileName, code } of output.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    const temporary = join(folder, `.${fileName}.${process.pid}`);
    writeFileSync(temporary, code);
    renameSync(temporary, join(folder, fileName));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleStatus();
