/**
 * The gateway's door for logs. Control asks for the end of a log on a socket of the state folder, which only the cluster's own user can open. A read
 * does not pass through Temporal, because Temporal would keep what was read until the retention ends. Only the end that comes home with a job
 * (`logs.home`) is in the history of the job.
 *
 * Control sends one line of JSON with a {@link LogRequest}, and receives one line of JSON with a {@link LogReply}.
 */
import type { FailureRecord } from '../domain/failure/record.ts';
import type { JobRef, NodeId } from '../domain/ids.ts';
import type { LogStream } from '../domain/job/job.ts';
import { jobRef } from './input/activity-inputs.ts';
import { fields, nodeId, oneOf, optional, whole } from './input/check.ts';

export interface LogRequest {
  readonly node: NodeId;
  readonly job: JobRef;
  readonly stream: LogStream;
  /** Asks for what is behind this position. Absent: asks for the end of the log. */
  readonly after?: number;
}

/** `base64` holds the last bytes of the log, or of what is behind the position. `end` is the position of their end. */
export type LogReply = { readonly base64: string; readonly end?: number } | { readonly failure: FailureRecord };

export const logRequestFaults = (value: unknown): readonly string[] =>
  fields({ node: nodeId, job: jobRef, stream: oneOf(['stdout', 'stderr']), after: optional(whole) })(value, '');
