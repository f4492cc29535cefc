import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { causeOfNext, publishOnce } from '../../../src/storage/event/publish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

const storyOf = (key: string): string => `games ${key}`;

export const gamesReported =
  ({ ledgers: { resources } }: LedgerDependencies): LedgerActivities['gamesReported'] =>
  async ({ key }) => ({ isKnown: causeOfNext(resources.ledger, storyOf(key)) !== undefined });

export const reportGames =
  ({ ledgers: { resources }, now }: LedgerDependencies): LedgerActivities['reportGames'] =>
  async ({ key, ...payload }) =>
    void publishOnce(resources.ledger, storyOf(key), 'LOW_QUALITY_DATA_WARNING', payload, { atMs: now(), actor: 'QUALITY_MONITOR' });
