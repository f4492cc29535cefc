/**
 * Decides whether a pipeline pauses after a failed turn. The first row that fits holds.
 *
 * | the turn failed                                 | then                                                             |
 * |-------------------------------------------------|------------------------------------------------------------------|
 * | because a job or a workflow of it was cancelled | pause at once: a replacement would undo the cancellation         |
 * | because of a defect that two nodes showed       | pause at once: another run would end in the same way             |
 * | because its payload or a dataset cannot be sent | pause at once: a person must change the folder                   |
 * | because the daemon of its next stage has failed | pause at once: a person must bring the daemon back               |
 * | because no node could take its items            | pause at once: a person must change the cluster file or a node   |
 * | for the third time in a row                     | pause                                                            |
 * | otherwise                                       | the turn runs again                                              |
 */
import type { FailureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import { failedTurnsMax } from '../limits.ts';
import type { PipelineStage } from './stages.ts';

export interface Pause {
  readonly by: string;
  readonly reason: string;
  readonly stage: Extract<PipelineStage, 'paused' | 'failed'>;
  /** True when the pause comes before the third failure. */
  readonly isEarly: boolean;
}

/** A turn that failed with one of these codes would only fail again, until a person changes something. */
const needsPerson: readonly FailureCode[] = ['pipeline.defect', 'sync.tree-refused', 'daemon.not-running', 'pipeline.no-node'];

export function pauseOf({ code, fields, message }: FailureRecord, failures: number): Pause | undefined {
  if (code === 'pipeline.cancelled' || code === 'job.cancelled') {
    const { by, reason } = fields;
    return { by: typeof by === 'string' ? by : 'an operator', reason: typeof reason === 'string' ? reason : message, stage: 'paused', isEarly: true };
  }
  if (needsPerson.includes(code)) return { by: 'ringmaster', reason: message, stage: 'failed', isEarly: true };
  if (failures < failedTurnsMax) return undefined;
  return { by: 'ringmaster', reason: `the turn failed ${failures} times in a row`, stage: 'failed', isEarly: false };
}
