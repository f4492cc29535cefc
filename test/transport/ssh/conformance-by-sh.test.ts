/** Runs the whole conformance suite for nodes whose login shell runs our programs itself, by npm ssh2 and by the system's ssh. */
import { bothRoutes, conformanceByLogin } from './conformance-by-login.ts';

conformanceByLogin(bothRoutes, ['sh', 'dash', 'busybox']);
