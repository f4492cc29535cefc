import { sshLimits } from '../../limits.ts';
import { runSsh } from '../run-ssh.ts';

/** The settings of ssh for one host, as `ssh -G` prints them. */
export interface SshSettings {
  /** Returns all values of a setting, in their order. */
  readonly all: (name: string) => readonly string[];
  /** Returns the first value of a setting, or an empty text. */
  readonly one: (name: string) => string;
  /** The names of the settings that have another value than ssh's own default. */
  readonly changed: readonly string[];
}

/**
 * Returns the settings that `ssh` has for a host. `ssh -G` evaluates the user's files, with their Include and Match lines. `options` come first, so
 * they win over the files. Rejects with the error of `execFile`, whose `stderr` has the words of ssh.
 */
export async function readSshSettings(host: string, options: readonly string[]): Promise<SshSettings> {
  const [text, plain] = await Promise.all([evaluateHost(host, options), defaults()]);
  const [values, usual] = [parse(text), parse(plain)];
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const changed = [...values.keys()].filter((name) => all(name).join('\n') !== (usual.get(name) ?? []).join('\n'));
  return { all, one: (name) => all(name)[0] ?? '', changed };
}

const evaluate = async (args: readonly string[]): Promise<string> => (await runSsh('ssh', ['-G', ...args], sshLimits.resolveMsMax)).stdout;

/**
 * Evaluates the settings of a host. ssh refuses to print the settings of a host with ForkAfterAuthentication, because it is given no command. When ssh
 * prints them without the setting, the setting was the cause, and is added to the text. Otherwise the first error is the cause.
 */
const evaluateHost = (host: string, options: readonly string[]): Promise<string> =>
  evaluate([...options, '--', host]).catch(async (error: unknown) => {
    const text = await evaluate(['-o', 'ForkAfterAuthentication=no', ...options, '--', host]).catch(() => undefined);
    if (text === undefined) throw error;
    return text.replace(/^forkafterauthentication .*$/m, 'forkafterauthentication yes');
  });

let usual: Promise<string> | undefined;

/**
 * Returns the settings of a host that no file names. They are part of the program, so they are read once. If ssh prints none, every setting counts as
 * changed.
 */
const defaults = (): Promise<string> => (usual ??= evaluate(['-F', 'none', '--', 'host']).catch(() => ''));

function parse(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const name = line.slice(0, space).toLowerCase();
    const known = values.get(name);
    if (known === undefined) values.set(name, [line.slice(space + 1)]);
    else known.push(line.slice(space + 1));
  }
  return values;
}
