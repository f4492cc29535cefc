/**
 * Bundles the worker of a node into one ES module for the package that the gateway sends. An activity worker bundles no
 * workflows, so the modules for that become empty, and webpack and swc stay outside. The native core of the SDK stays a file of its own: `workers/node/packed.ts`
 * unpacks the core and leaves its path in `globalThis`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { workerBundlePath } from './setup/build-stamp.mjs';
import { replaceFile } from './setup/replace-file.mjs';

/** Modules of the SDK's worker that only workflows need. They import webpack and swc, and they look for files beside themselves when they are loaded. */
const unused = ['./workflow/bundler', './debug-replayer'];
const empty = '\0empty';
const bridge = '\0core-bridge-path';

const plugin = {
  name: 'node-worker',
  resolveId(id, importer = '') {
    if (unused.includes(id) && importer.includes('/@temporalio/worker/lib/')) return empty;
    if (id === './common' && importer.endsWith('/@temporalio/core-bridge/index.js')) return bridge;
    return undefined;
  },
  load(id) {
    if (id === empty) return 'module.exports = {};';
    if (id === bridge) return 'exports.getPrebuiltPath = () => globalThis.ringmasterCoreBridge;';
    return undefined;
  },
};

export async function bundleWorker(root) {
  const bundle = await rolldown({ input: join(root, 'dist/workers/node/main.js'), platform: 'node', plugins: [plugin], logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'es', codeSplitting: false });
  await bundle.close();
  if (output.length !== 1) throw new Error(`the worker of a node was bundled into ${output.length} files, and one is expected`);
  mkdirSync(join(workerBundlePath(root), '..'), { recursive: true });
  replaceFile(workerBundlePath(root), output[0].code);
}
