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
const errorsMax = 3;
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

/** `purpose` says what the programs are for: "to compile better-sqlite3". */
export async function installSystemPackages({ names, packages, env, purpose }) {
  const command = installCommand(packages, env);
  const refuse = (why) => {
    const remedy = command ? `try:\n  ${command}` : `install ${packages('apt').join(' ')} (Debian's names) with your package manager.`;
    const needed = purpose === undefined ? '' : `, which Ringmaster needs ${purpose},`;
    return new SetupError(`Cannot find ${names.join(', ')} on this machine${needed} and ${why}; ${remedy}`, needsPerson);
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
    // apt waits this long when another apt is at work, as in the first minutes of a new machine.
    const install = () => aptGet('-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', ...packages('apt'));
    const fresh = listsAreFresh();
    if (!fresh) await aptGet('update');
    let result = await install();
    if (result.code !== 0 && fresh) {
      await aptGet('update'); // the lists are recent, but the mirror no longer has their packages
      result = await install();
    }
    if (result.code !== 0) throw refuse(`apt-get failed: ${reasonOf(result.output)}`);
  });
}

/** Returns apt's own errors. The lines above them only list packages. */
function reasonOf(output) {
  if (/No space left on device|don't have enough free space/.test(output)) return 'the disk is full';
  const errors = output.split('\n').filter((line) => line.startsWith('E: '));
  return (errors.length > 0 ? errors.slice(0, errorsMax) : output.split('\n').slice(-errorsMax)).join(' | ') || 'it printed nothing';
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
