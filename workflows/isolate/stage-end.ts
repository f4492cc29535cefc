import { patched } from '@temporalio/workflow';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { failWith } from './failure-of.ts';
import { patches } from './patches.ts';

interface Stage {
  readonly pipeline: string;
  readonly turn: number;
}

/** Ends the stage with an error when one of the closed items says that the stage must not go on. */
export function throwIfEnded(stage: Stage, closed: readonly ClosedItem[]): void {
  const end = stageEnd(stage, closed);
  // The patch is asked for only when an item ends the stage. So a history without such an item has no trace of it.
  if (end !== undefined && patched(patches.stageEnd)) throw end;
}

/**
 * Returns the error with which a stage ends at once because of one of these items. A defect that two nodes showed ends the stage. A cancelled item
 * ends it too: a replacement would undo the cancellation. A stage cancels its own items only when it ends, so an operator cancelled this one. Returns
 * undefined when the stage goes on.
 */
function stageEnd({ pipeline, turn }: Stage, closed: readonly ClosedItem[]) {
  const cancelled = closed.filter(({ state }) => state === 'cancelled');
  const failures = cancelled.flatMap(({ outcome }) => (outcome?.type === 'failed' ? [outcome.failure] : []));
  const defect = failures.find(({ code }) => code === 'pipeline.defect');
  if (defect !== undefined) return failWith(defect);
  const [first] = cancelled;
  if (first === undefined) return undefined;
  const { by = 'an operator', reason = 'no reason given' } = first.outcome?.type === 'failed' ? first.outcome.failure.fields : {};
  return failWith(
    failureRecord('pipeline.cancelled', {
      cannot: `go on with turn ${turn} of ${pipeline}`,
      because: `${by} cancelled ${first.item} (${reason})`,
      hint: { say: 'resuming the pipeline, which plays the item again', run: `ringmaster pipeline resume ${pipeline}` },
      fields: { pipeline, turn, item: first.item, by, reason: `${first.item} was cancelled: ${reason}` },
    }),
  );
}
