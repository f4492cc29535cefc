/**
 * Bundles the command `status` into one CommonJS file. Code that only its fallback on Temporal needs goes into files beside it; packages stay
 * outside. Node loads the bundle in a tenth of the time that thirty ES modules take, and scripts run `status -o json` every few seconds.
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
    // The chunk shared by the entry and the fallback gets a fixed name; rolldown would name it after one of its modules.
    chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? '[name].cjs' : 'shared.cjs'),
  });
  await bundle.close();
  const folder = dirname(statusBundlePath(root));
  mkdirSync(folder, { recursive: true });
  // `status` may run while this script writes, so the entry, which imports the other files, comes last.
  for (const { fileName, code } of output.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    replaceFile(join(folder, fileName), code);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleStatus();
