import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { copiesWaitMs } from '../../../src/domain/limits.ts';
import { copiesPollMs } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Reads the copies of a dataset again and again until each awaited node has the version or has failed. A worker that stops ends the reads. */
export function copiesOf({ ledgers: { syncs }, stopping }: LedgerDependencies): LedgerActivities['copiesOf'] {
  return async ({ dataset, version, awaiting = [] }) => {
    for (const end = performance.now() + copiesWaitMs; ; await sleep(copiesPollMs)) {
      const copies = syncs.copiesOf(dataset, version);
      const isSettled = awaiting.every((node) => copies.has.includes(node) || copies.failed.includes(node));
      if (isSettled || stopping.aborted || performance.now() >= end) return copies;
    }
  };
}
