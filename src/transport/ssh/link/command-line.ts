import { loginLimits } from '../../limits.ts';
import { quoteAll } from '../../../base/quote.ts';
import { bareCommand } from '../../script/bare-command.ts';
import { environmentReset } from '../../script/programs.ts';
import { portableCommand } from '../../script/portable-command.ts';
import { framed, joined, newNonce, type Nonce, sealed } from './frame.ts';
import type { Login, LoginForm, LoginOutput } from './login-form.ts';

/** A program in the form that a login takes. */
export interface Sent {
  readonly command: string;
  /** The beginning of the standard input, before the one of the program. */
  readonly prelude: string;
}

/** A program of ours as the login of a node gets it. */
export interface CommandLine extends Sent {
  readonly nonce: Nonce;
  readonly output: LoginOutput;
}

const alone = (command: string): Sent => ({ command, prelude: '' });

/** csh would take the `>&2` of our programs for the name of a file. It has a variable `shell`, so it ends here. In every other shell this does nothing. */
const endsCsh = 'test "$?shell" = 1 && exec false';

/** A program with its arguments in each form. */
export const inForm: Readonly<Record<LoginForm, (program: string, args: readonly string[]) => Sent>> = {
  direct: (program, args) => alone(`${endsCsh}\n${environmentReset}set -- ${quoteAll(args)}\n${program}`),
  exec: (program, args) => alone(portableCommand(program, args)),
  plain: (program, args) => alone(portableCommand(program, args, 'sh')),
  bare: (program, args) => alone(bareCommand(program, args)),
  lines: (program, args) => {
    // The lines are empty, because a start-up file may print what it reads. The mark has other words than the frame for the same reason.
    const mark = newNonce();
    const skip = `while IFS= read -r line; do case $line in *${mark.words}) break;; esac; done`;
    return {
      command: portableCommand(`${skip}\n${program}`, args),
      prelude: `${'\n'.repeat(loginLimits.linesReadMax)}${mark.bytes.toString('latin1')}\n`,
    };
  },
  typed: (program, args) => ({ command: 'true', prelude: `${portableCommand(program, args)}\n` }),
};

const framedFor: Readonly<Record<LoginOutput, (nonce: Nonce, program: string) => string>> = { apart: framed, shared: sealed, joined };

export function commandLine({ form, output }: Login, program: string, args: readonly string[]): CommandLine {
  const nonce = newNonce();
  return { ...inForm[form](framedFor[output](nonce, program), args), nonce, output };
}
