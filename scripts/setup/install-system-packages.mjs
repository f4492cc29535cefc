/**
 * Installs Debian packages when we are root or sudo asks for no password; a person at a terminal is asked first. Everywhere else it installs
 * nothing: it prints the exact command and ends with 3. Other package managers are only named, never run: we have not tried them.
 */
import { readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { findProgram } from './find-program.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { step } from './step.mjs';

export const needsPerson = 3;
const listsAgeMaxMs = 24 * 3_600_000;
const isRoot = () => process.getuid?.() === 0;

/** The command a person would type, or undefined on a system whose package manager we do not know. */
export function installCommand(packages, env) {
  const sudo = isRoot() ? '' : 'sudo ';
  if (findProgram('apt-get', env)) {
    return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages('apt').join(' ')}`;
  }
  if (findProgram('dnf', env)) return `${sudo}dnf install -y ${packages('dnf').join(' ')}`;
  if (findProgram('apk', env)) return `${sudo}apk add ${packages('apk').join(' ')}`;
  if (findProgram('brew', env)) return `brew install ${packages('brew').join(' ')}`;
  return undefined;
}

export async function installSystemPackages({ names, packages, env }) {
  const command = installCommand(packages, env);
  const refuse = (why) => {
    const remedy = command ? `try:\n  ${command}` : `install ${packages('apt').join(' ')} (Debian's names) with your package manager.`;
    return new SetupError(`Cannot find ${names.join(', ')} on this machine and ${why}; ${remedy}`, needsPerson);
  };
  const apt = findProgram('apt-get', env);
  if (!apt) throw refuse('only apt-get is run for you');
  const prefix = await asRoot(env);
  if (!prefix) throw refuse('installing needs root');
  if (process.stdin.isTTY && !env.CI && !(await agreed(packages('apt')))) throw refuse('you did not agree to install');

  await step(`system packages: ${packages('apt').join(' ')}`, async () => {
    const aptGet = (...args) => {
      const [program, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', apt, ...args];
      return run(program, rest, { env });
    };
    const install = () => aptGet('install', '-y', '--no-install-recommends', ...packages('apt'));
    const fresh = listsAreFresh();
    if (!fresh) await aptGet('update');
    let result = await install();
    if (result.code !== 0 && fresh) {
      await aptGet('update'); // the lists were young but their packages are gone from the mirror
      result = await install();
    }
    if (result.code !== 0) throw refuse(`apt-get failed:\n${result.output}\n`);
  });
}

/** How to become root without a person: [] when we are, a prefix with sudo, undefined when we cannot. */
async function asRoot(env) {
  if (isRoot()) return [];
  const sudo = findProgram('sudo', env);
  if (!sudo) return undefined;
  return (await run(sudo, ['-n', 'true'], { env, timeoutMs: 10_000 })).code === 0 ? [sudo, '-n'] : undefined;
}

async function agreed(packages) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Install ${packages.join(', ')} with apt-get? [Y/n] `);
  terminal.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

function listsAreFresh() {
  try {
    const folder = '/var/lib/apt/lists';
    const lists = readdirSync(folder).filter((name) => /_(Packages|InRelease)/.test(name));
    return lists.length > 0 && Date.now() - Math.max(...lists.map((name) => statSync(`${folder}/${name}`).ctimeMs)) < listsAgeMaxMs;
  } catch {
    return false;
  }
}
