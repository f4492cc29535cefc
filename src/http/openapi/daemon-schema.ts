import * as z from 'zod';
import { workForms, daemonFailureKinds, daemonStates, restartPolicies } from '../../domain/daemon/daemon.ts';
import { healthStatuses } from '../../domain/daemon/health-status.ts';
import { atMs, count, optional, text, texts } from './basic-schemas.ts';

/** Returns the schema of a daemon. */
export const daemonSchema = <Failure extends z.ZodType>(failureRecord: Failure) =>
  z.object({
    id: text,
    summary: text.describe('The duty, as a verb phrase.'),
    critical: z.boolean().describe('The brake on restarts never holds a critical daemon back.'),
    dependencies: texts.describe('The daemons that must run while this one runs.'),
    after: optional(texts).describe('The daemons that start before this one and stop after it. It also runs without them.'),
    intervalMs: count.describe('The daemon works at least this often.'),
    executor: optional(z.enum(workForms)).describe('The form of the work: rounds, a stream of news, or a program on a node.'),
    process: optional(
      z.object({
        node: text,
        declaration: text.describe('The digest of the entry in the cluster file.'),
        restart: z.enum(restartPolicies),
        isRetired: optional(z.boolean()).describe('True when the cluster file does not have the daemon. Its process is ended.'),
      }),
    ).describe('The program of a command daemon.'),
    state: z.enum(daemonStates),
    sinceMs: atMs,
    because: text.describe('The reason for the state.'),
    wish: z.object({ wish: z.enum(['running', 'stopped']), by: text, reason: text, sinceMs: atMs }),
    missing: texts.describe('The dependencies that do not run, and the daemons whose start comes first.'),
    restarts: count.describe('The failures in a row, which a stable time forgives.'),
    losses: optional(count).describe('How often work was lost in a row. A loss is no failure. A stable time forgives the losses.'),
    health: optional(
      z.object({
        healthy: z.boolean().describe('The judgement of the duty about itself.'),
        status: z
          .enum(healthStatuses)
          .describe('`degraded`: the duty is well, and half of its work failed lately. `inactive`: the daemon does not work in its state.'),
        message: text,
        details: z.record(text, z.union([text, z.number()])),
        atMs,
      }),
    ).describe('The last report of the duty about itself.'),
    failure: optional(z.object({ kind: z.enum(daemonFailureKinds), record: failureRecord, atMs })),
    next: text.describe('The next step of the daemon.'),
    errorRate: optional(z.number()).describe('The share of failed work lately, from 0 to 1.'),
  });
