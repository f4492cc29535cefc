/** Compiles the addon of better-sqlite3, and first gets what a compiler needs: make, a C++ compiler, python3 and the headers of this Node. */
import { join } from 'node:path';
import { fileFault } from './file-fault.mjs';
import { findProgram } from './find-program.mjs';
import { installSystemPackages } from './install-system-packages.mjs';
import { keepOutput } from './keep-output.mjs';
import { bringHeaders } from './node-headers.mjs';
import { tryNpm } from './npm.mjs';
import { SetupError } from './setup-error.mjs';
import { withProgressLine } from './with-progress-line.mjs';

/** Maps a program to the name of its package for each package manager. */
const wanted = {
  make: { apt: 'make', dnf: 'make', apk: 'make', brew: 'make' },
  'g++': { apt: 'g++', dnf: 'gcc-c++', apk: 'g++', brew: 'gcc' },
  python3: { apt: 'python3', dnf: 'python3', apk: 'python3', brew: 'python3' },
};

/** Other programs that do the same work. A person chooses a compiler with CXX. */
const alternatives = { 'g++': (env) => [env.CXX?.split(' ')[0], ...(process.platform === 'darwin' ? ['c++'] : [])].filter(Boolean) };

export async function compileAddon({ root, env, folder }) {
  await getTools(env);
  const headers = join(folder, '..', 'node');
  await bringHeaders(headers, { root, env });
  await withProgressLine('better-sqlite3, compiled', async () => {
    const compileEnv = { ...env, JOBS: env.JOBS ?? 'max', npm_config_nodedir: headers };
    const { code, output } = await tryNpm(['run', 'build-release'], { root, env: compileEnv, cwd: folder });
    if (code !== 0) throw new SetupError(`Cannot compile better-sqlite3 because ${reasonOf(output, { root, folder })}`);
  });
}

async function getTools(env) {
  const names = Object.keys(wanted).filter((name) =>
    [...(alternatives[name]?.(env) ?? []), name].every((one) => findProgram(one, env) === undefined),
  );
  if (names.length === 0) return;
  await installSystemPackages({
    names,
    purpose: 'to compile better-sqlite3',
    packages: (manager) => names.map((name) => wanted[name][manager]),
    env,
  });
}

/** Returns the words that follow "because". The compiler's output stays in a file, because it has hundreds of lines. */
function reasonOf(output, { root, folder }) {
  if (/No space left on device/.test(output)) return fileFault({ code: 'ENOSPC', path: folder });
  const log = keepOutput(root, 'setup-compile.log', output);
  const where = log === undefined ? 'the lines above' : log;
  if (/Killed signal terminated program|virtual memory exhausted|Cannot allocate memory/.test(output)) {
    return `the compiler needs 1 GB of memory; try: JOBS=1 npm start (the compiler's output is in ${where})`;
  }
  const [line] = /^.*(?:\berror:|gyp ERR! stack Error:|\*\*\*).*$/m.exec(output) ?? ['it printed no error'];
  return `the compiler failed (${line.trim().slice(0, 300)}); try: read ${where}`;
}
