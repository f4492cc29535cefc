import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { PartEnd } from '../../../src/domain/cluster/maintenance.ts';
import { type Tidied, type TidyPart, tidyParts } from '../../../src/domain/cluster/retention.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { publish } from '../../../src/storage/event/publish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

type Activity = (input?: undefined, signal?: AbortSignal) => ReturnType<LedgerActivities['maintain']>;

/** Runs the parts one after another. A part that removed something is an event. A part that failed removes nothing more until the next run. */
export const maintain =
  ({ ledgers: { resources }, tidy, now }: LedgerDependencies): Activity =>
  async (_input, signal) => {
    const run = async (part: TidyPart): Promise<PartEnd> => {
      try {
        const tidied = await tidy(part, signal);
        if (hasRemoved(tidied)) publish(resources.ledger, 'RETENTION_COMPLETED', tidied, { atMs: now(), actor: 'MAINTENANCE' });
        return { part, type: 'done', tidied };
      } catch (error) {
        signal?.throwIfAborted();
        return { part, type: 'failed', failure: toFailureRecord(error) };
      }
    };
    const ends: PartEnd[] = [];
    for (const part of tidyParts) ends.push(await run(part));
    return { ends };
  };

const hasRemoved = ({ removed, items = 0, games = 0 }: Tidied): boolean => removed + items + games > 0;
