/**
 * Rebuilds the compiled rooms and the bundles when a source was changed, added or deleted. The build is a child process, because the bundler
 * needs node_modules.
 */
import { join } from 'node:path';
import { isBuilt } from './build-stamp.mjs';
import { fileFault } from './file-fault.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { withProgressLine } from './with-progress-line.mjs';

export const buildPart = {
  needed: ({ root }) => !isBuilt(root),
  get: ({ root, env }) =>
    withProgressLine('build', async () => {
      const { code, output } = await run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--quiet'], { cwd: root, env });
      if (code !== 0 && /ENOSPC|No space left on device/.test(output)) {
        throw new SetupError(`Cannot build because ${fileFault({ code: 'ENOSPC', path: join(root, 'dist') })}`);
      }
      if (code !== 0) throw new SetupError(output || 'Cannot build because scripts/build.mjs failed without a message.');
    }),
};
