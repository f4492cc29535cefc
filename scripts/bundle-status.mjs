/**
 * Bundles the command `status` into one CommonJS file. `status` can fall back on Temporal. Code that only the fallback needs goes into files beside
 * the bundle. Packages stay outside. Scripts run `status -o json` every few seconds, and Node loads the bundle in a tenth of the time that thirty ES
 * modules take.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { statusBundlePath } from './setup/build-stamp.mjs';
import { replaceFile } from './setup/replace-file.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export async function bundleStatus() {
  const bundle = await rolldown({
    input: { 'quick-status': join(root, 'dist/src/cli/status/quick-status.js') },
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  });
  const { output } = await bundle.generate({
    format: 'cjs',
    entryFileNames: '[name].cjs',
    // The entry and the fallback share one chunk, which gets a fixed name. Otherwise rolldown would name the chunk after one of its modules.
    chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? '[name].cjs' : 'shared.cjs'),
  });
  await bundle.close();
  const folder = dirname(statusBundlePath(root));
  mkdirSync(folder, { recursive: true });
  // The entry imports the other files. `status` may run while this script writes, so the entry is written last.
  for (const { fileName, code } of output.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    replaceFile(join(folder, fileName), code);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleStatus();
