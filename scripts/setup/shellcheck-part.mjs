/** Installs ShellCheck for `npm run check`. The version is pinned, because each version finds different problems. */
import { execFileSync } from 'node:child_process';
import { fetchByPip } from './fetch-by-pip.mjs';
import { fetchPinned } from './fetch-pinned.mjs';
import { findProgram } from './find-program.mjs';
import { shellcheckPin } from './pins.mjs';
import { cached } from './program-cache.mjs';

const remedies = [`put shellcheck ${shellcheckPin.version} on PATH`, 'on Linux x86_64: install python3 with pip and let it reach PyPI or a mirror'];

/** Returns the path of shellcheck: the one on PATH when it has the pinned version, else our cached copy. */
export function locateShellcheck(env) {
  const onPath = findProgram('shellcheck', env);
  return onPath !== undefined && hasPinnedVersion(onPath) ? onPath : cached(shellcheckPin, env);
}

function hasPinnedVersion(path) {
  try {
    const report = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] });
    return report.includes(`\nversion: ${shellcheckPin.version}\n`);
  } catch {
    return false;
  }
}

/** The pinned wheel exists for one platform. On other platforms the tests run without ShellCheck, and `npm run check` asks the person for it. */
const isFetchable = process.platform === 'linux' && process.arch === 'x64';

export const shellcheckPart = {
  needed: ({ env, forTests }) => forTests && isFetchable && locateShellcheck(env) === undefined,
  get: ({ env }) => fetchPinned(shellcheckPin, env, { ways: [fetchByPip], remedies }),
};
