/**
 * The forms in which a program is sent to a login, in the order in which they are tried. `examine-login.ts` finds the form for each connection.
 *
 * - direct    the text of the program. Only sh, dash and ash can run the text themselves, which saves a process (about 1 ms) for each command.
 * - exec      an encoded program that replaces the login shell. bash, zsh, fish and csh read it in the same way.
 * - plain     the same without `exec` and without a slash, for a restricted shell and for a wrapper that runs the command of the login.
 */
export const loginForms = ['direct', 'exec', 'plain'] as const;
export type LoginForm = (typeof loginForms)[number];
