/** Runs the whole conformance suite for nodes whose login shell starts an sh for each program, by npm ssh2 and by the system's ssh. */
import { conformanceByLogin } from './conformance-by-login.ts';

conformanceByLogin('bash that prints', 'zsh', 'fish', 'tcsh');
