import { quoteAll } from '../../quote.ts';
import { portableCommand } from '../../script/portable-command.ts';
import { framed, newNonce, type Nonce } from './frame.ts';
import type { LoginForm } from './login-form.ts';

/** A program of ours as the login of a node gets it. */
export interface CommandLine {
  readonly command: string;
  /** The text that is sent first on standard input. The program's own standard input is sent after the program has begun. */
  readonly before: string;
  readonly nonce: Nonce;
}

/** Returns the command and the first text of standard input. */
const lines: Readonly<Record<LoginForm, (program: string, args: readonly string[]) => readonly [command: string, before: string]>> = {
  direct: (program, args) => [`set -- ${quoteAll(args)}\n${program}`, ''],
  exec: (program, args) => [portableCommand(program, args), ''],
  plain: (program, args) => [portableCommand(program, args, 'sh'), ''],
  stdin: (program, args) => ['sh', `${portableCommand(program, args)}\n`],
};

export function commandLine(form: LoginForm, program: string, args: readonly string[]): CommandLine {
  const nonce = newNonce();
  const [command, before] = lines[form](framed(nonce, program), args);
  return { command, before, nonce };
}
