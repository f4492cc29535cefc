/**
 * The forms in which a program is sent to a login, in the order in which they are tried. `examine-login.ts` finds the form for each connection.
 *
 * - direct    the text of the program. Only sh, dash and ash can run the text themselves, which saves a process (about 1 ms) for each command.
 * - exec      an encoded program that replaces the login shell. bash, zsh, fish and csh read it in the same way.
 * - plain     the same without `exec` and without a slash, for a restricted shell and for a wrapper that runs the command of the login.
 * - bare      words without blanks and patterns in them, for a wrapper that splits the command at blanks and reads no quotes.
 * - lines     as exec, for a start-up file that reads lines of the standard input: the standard input begins with lines for it.
 * - typed     the program is the first line of the standard input, for a start-up file that replaces the shell with another one (`exec zsh`).
 */
export const loginForms = ['direct', 'exec', 'plain', 'bare', 'lines', 'typed'] as const;
export type LoginForm = (typeof loginForms)[number];

/**
 * How the output of our programs arrives. `examine-login.ts` finds it for each connection.
 *
 * - apart     two streams, as our programs print them.
 * - shared    a process that a start-up file left running can write into the streams, so each stream is sealed.
 * - joined    the standard error does not arrive by itself or as it was: the login sends it into the standard output (`exec 2>&1`), elsewhere, or
 *             through a program that changes its lines. Both outputs are sealed and arrive on the standard output.
 */
export type LoginOutput = 'apart' | 'shared' | 'joined';

/** How a login takes our programs, and how their output arrives. */
export interface Login {
  readonly form: LoginForm;
  readonly output: LoginOutput;
}
