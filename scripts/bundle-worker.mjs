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
import { withoutWorkflowBundler } from './without-workflow-bundler.mjs';

const bridge = '\0core-bridge-path';

const plugin = {
  name: 'node-worker',
  resolveId(id, importer = '') {
    return id === './common' && importer.endsWith('/@temporalio/core-bridge/index.js') ? bridge : undefined;
  },
  load: (id) => (id === bridge ? 'exports.getPrebuiltPath = () => globalThis.ringmasterCoreBridge;' : undefined),
};

export async function bundleWorker(root) {
  const bundle = await rolldown({
    input: join(root, 'dist/workers/node/main.js'),
    platform: 'node',
    plugins: [withoutWorkflowBundler, plugin],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'es', codeSplitting: false });
  await bundle.close();
  if (output.length !== 1) throw new Error(`the worker of a node was bundled into ${output.length} files, and one is expected`);
  mkdirSync(join(workerBundlePath(root), '..'), { recursive: true });
  replaceFile(workerBundlePath(root), output[0].code);
}
