/** The failures of enqueueing. None of the items of a refused call is added. */
import { RingmasterError } from '../../domain/failure/error.ts';
import { ledgerLimits } from '../limits.ts';

export const tooLarge = (faults: readonly string[]): RingmasterError =>
  new RingmasterError('limits.item-too-large', {
    cannot: 'enqueue the items',
    because: listed(faults),
    hint: { say: 'a file in inputs for large data, or fewer parts an item; none was added', run: 'ringmaster explain limits.item-too-large' },
    fields: { faults: faults.length },
  });

const listed = (faults: readonly string[]): string =>
  `${faults.slice(0, ledgerLimits.faultsShownMax).join('; ')}${faults.length > ledgerLimits.faultsShownMax ? ` and ${faults.length - ledgerLimits.faultsShownMax} more` : ''}`;

export const conflict = (faults: readonly string[]): RingmasterError =>
  new RingmasterError('queue.conflict', {
    cannot: 'enqueue the items',
    because: listed(faults),
    hint: { say: 'another id or other paths of outputs, or the spec that is there already (`ringmaster explain <item>`); none was added' },
    fields: { faults: faults.length },
  });

export const full = (added: number): RingmasterError =>
  new RingmasterError('queue.full', {
    cannot: `enqueue ${added} items`,
    because: `the queue would hold more than ${ledgerLimits.pendingItemsMax} pending items`,
    hint: { say: 'waiting until nodes have taken some, or cancelling what is no longer wanted' },
    fields: { pendingItemsMax: ledgerLimits.pendingItemsMax },
  });
