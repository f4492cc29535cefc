/** Runs the whole conformance suite for nodes whose login shell starts an sh for each program, by npm ssh2 and by the system's ssh. */
import { bothRoutes, conformanceByLogin } from './conformance-by-login.ts';

conformanceByLogin(bothRoutes, ['bash that prints', 'zsh', 'fish', 'tcsh']);
