import { quoteAll } from '../../quote.ts';
import { portableCommand } from '../../script/portable-command.ts';
import { framed, newNonce, type Nonce } from './frame.ts';
import type { LoginForm } from './login-form.ts';

/** A program of ours as the login of a node gets it. */
export interface CommandLine {
  readonly command: string;
  readonly nonce: Nonce;
}

/** The command for each form. */
export const formCommands: Readonly<Record<LoginForm, (program: string, args: readonly string[]) => string>> = {
  direct: (program, args) => `set -- ${quoteAll(args)}\n${program}`,
  exec: (program, args) => portableCommand(program, args),
  plain: (program, args) => portableCommand(program, args, 'sh'),
};

export function commandLine(form: LoginForm, program: string, args: readonly string[]): CommandLine {
  const nonce = newNonce();
  return { command: formCommands[form](framed(nonce, program), args), nonce };
}
