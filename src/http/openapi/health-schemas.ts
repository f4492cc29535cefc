import * as z from 'zod';
import { daemonStates } from '../../domain/daemon/daemon.ts';
import { count, text, texts } from './basic-schemas.ts';

/** The schemas of the responses about health and readiness. */
export const healthSchemas = {
  Health: z.object({ status: z.literal('ok'), pid: count, uptimeSeconds: count }),
  Liveness: z.object({ status: z.literal('ok') }),
  HealthReady: z.object({ status: z.enum(['ready', 'not ready']), daemons: z.record(text, z.enum(daemonStates)), reasons: texts }),
  Readiness: z.object({ ready: z.boolean(), reasons: texts }),
};
