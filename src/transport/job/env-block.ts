import { RingmasterError } from '../../domain/failure/error.ts';
import { isShellVariable } from '../../domain/item/shell-variables.ts';
import { quote } from '../../base/quote.ts';

export interface EnvBlock {
  /** NAME=VALUE words for the command line. Only variables that a shell sets for itself are here. */
  readonly words: Readonly<Record<string, string>>;
  /** Text that a shell reads. It sets and exports the other variables. Empty when there are none. */
  readonly block: Buffer;
}

/** Returns the number of lines of a text. The programs on a node count in lines, because `library/lines.sh` can read lines without another program. */
export const lineCount = (text: Buffer): number => text.toString('latin1').split('\n').length - 1;

/** Returns the variables in the two forms in which they travel to a node. Everything in `block` travels on standard input. */
export function envBlock(env: Readonly<Record<string, string>>): EnvBlock {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw refusedCommand(`${JSON.stringify(name)} is no name of a variable`, 'a name of letters, digits and underscores that begins with no digit');
    if (value.includes('\0')) throw refusedCommand(`its variable ${name} holds a NUL byte`, 'a value without a NUL byte');
  }
  const entries = Object.entries(env);
  return {
    words: Object.fromEntries(entries.filter(([name]) => isShellVariable(name))),
    block: Buffer.from(entries.flatMap(([name, value]) => (isShellVariable(name) ? [] : [`export ${name}=${quote(value)}\n`])).join('')),
  };
}

export const refusedCommand = (because: string, say: string): RingmasterError =>
  new RingmasterError('config.invalid', { cannot: 'run a command', because, hint: { say } });
