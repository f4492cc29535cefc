/**
 * Bundles the command `status` into one CommonJS file. Code that only its fallback on Temporal needs goes into files beside it; packages stay
 * outside. Node loads the bundle in a tenth of the time that thirty ES modules take, and scripts run `status -o json` every few seconds.
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
  const { output } = await bundle.generate({
    format: 'cjs',
    entryFileNames: '[name].cjs',
    // The chunk shared by the entry and the fallback gets a fixed name; rolldown would name it after one of its modules.
    chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? '[name].cjs' : 'shared.cjs'),
  });
  await bundle.close();
  const folder = dirname(statusBundlePath(root));
  mkdirSync(folder, { recursive: true });
  // `status` may run while this script writes. Each complete file is renamed into place, and the entry, which imports the others, comes last.
  for (const { fileName, code } of output.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    const temporary = join(folder, `.${fileName}.${process.pid}`);
    writeFileSync(temporary, code);
    renameSync(temporary, join(folder, fileName));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleStatus();
