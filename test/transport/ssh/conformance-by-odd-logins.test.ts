/**
 * Runs the whole conformance suite for logins that take our programs in a form of their own: without a path, in words without quotes,
 * after lines for a start-up file, and as the first line of the standard input. The form does not depend on the route.
 */
import { conformanceByLogin } from './conformance-by-login.ts';

conformanceByLogin(
  ['npm ssh2'],
  ['restricted bash', 'a forced command that does not read quotes', 'bash that reads a line', 'bash that becomes zsh'],
);
