/** The compiled rooms and the workflow bundle, when a source is newer, gone or added. A child process, since the bundler needs node_modules. */
import { join } from 'node:path';
import { isBuilt } from './build-stamp.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { step } from './step.mjs';

export const buildPart = {
  needed: ({ root }) => !isBuilt(root),
  get: ({ root, env }) =>
    step('build', async () => {
      const { code, output } = await run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--quiet'], { cwd: root, env });
      if (code !== 0) throw new SetupError(output || 'Cannot build because scripts/build.mjs failed without saying why.');
    }),
};
