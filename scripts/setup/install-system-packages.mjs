/**
 * Installs Debian packages when this process is root or sudo needs no password. At a terminal it asks the person first. In all other cases it
 * installs nothing, prints the exact command and exits with code 3. It never runs other package managers, because they are untested here.
 */
import { readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { findProgram } from './find-program.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { withProgressLine } from './with-progress-line.mjs';

export const needsPerson = 3;
const listsAgeMaxMs = 24 * 3_600_000;
const isRoot = () => process.getuid?.() === 0;

/** Returns the command that a person would type, or undefined when the system has none of the known package managers. */
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
  if (!apt) throw refuse('only apt-get can be run automatically');
  const prefix = await asRoot(env);
  if (!prefix) throw refuse('installing needs root');
  if (process.stdin.isTTY && !env.CI && !(await agreed(packages('apt')))) throw refuse('you did not agree to install');

  await withProgressLine(`system packages: ${packages('apt').join(' ')}`, async () => {
    const aptGet = (...args) => {
      const [program, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', apt, ...args];
      return run(program, rest, { env });
    };
    const install = () => aptGet('install', '-y', '--no-install-recommends', ...packages('apt'));
    const fresh = listsAreFresh();
    if (!fresh) await aptGet('update');
    let result = await install();
    if (result.code !== 0 && fresh) {
      await aptGet('update'); // the lists are recent, but the mirror no longer has their packages
      result = await install();
    }
    if (result.code !== 0) throw refuse(`apt-get failed:\n${result.output}\n`);
  });
}

/** Returns the prefix that makes a command run as root without a password: [] for root itself, or sudo. Returns undefined when neither works. */
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
