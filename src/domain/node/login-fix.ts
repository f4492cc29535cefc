import type { Hint } from '../failure/hint.ts';

/** The fix for a login that prints outside our programs, after the word "put" or "putting". The words hold for bash, zsh, tcsh and fish. */
export const outputBehindTest =
  'what prints in the start-up file of its login (.bashrc, .zshenv, .cshrc, config.fish) behind a test for a terminal, as in `[ -t 0 ] && echo Welcome`';

/** The fix for a login that runs no program. `echoOk` is the command that prints ok when the login runs programs. */
export const loginThatRuns = (echoOk: string): Hint => ({
  say: 'giving its user a login shell that runs commands (as root on the node: usermod --shell /bin/sh USER), without a forced command or a start-up file in its way, until this prints ok',
  run: echoOk,
});

/** The fix for a login that first asks for a new password. */
export const newPassword = (echoOk: string): Hint => ({
  say: 'a new password for its user (as root on the node: passwd USER, or chage -d "$(date +%F)" USER), until this prints ok',
  run: echoOk,
});
