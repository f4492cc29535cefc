/** The executor of each form of work. */
import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';
import type { DaemonFailure, DaemonFailureKind, DaemonRow, WorkForm } from '../../src/domain/daemon/daemon.ts';
import { failureOf, isOfStoppedWorker } from '../isolate/failure-of.ts';
import type { DaemonExecutor } from './executor.ts';
import { process } from './process.ts';
import { round } from './round.ts';
import { isStream, stream } from './stream.ts';

export const executors: Readonly<Record<WorkForm, DaemonExecutor>> = { round, stream, process };

/** A row of an older release names no executor. */
export const formOf = ({ id, executor = isStream(id) ? 'stream' : 'round' }: DaemonRow): WorkForm => executor;

/** Returns how the work failed. */
export function failedWork(error: unknown): Omit<DaemonFailure, 'atMs'> {
  const record = failureOf(error);
  return { kind: record.code === 'daemon.hangs' ? 'hung' : kindOf(error), record };
}

/** Work that makes no progress hangs. A process that was stopped, is silent or takes no work is gone. */
function kindOf(error: unknown): DaemonFailureKind {
  if (isOfStoppedWorker(error)) return 'gone';
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof TimeoutFailure)) return 'threw';
  return cause.timeoutType === 'START_TO_CLOSE' ? 'hung' : 'gone';
}
