import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { causeOfNext, publish, rememberCause } from '../../../src/storage/event/publish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

const storyOf = (key: string): string => `games ${key}`;

export const gamesReported =
  ({ ledgers: { resources } }: LedgerDependencies): LedgerActivities['gamesReported'] =>
  async ({ key }) => ({ isKnown: causeOfNext(resources.ledger, storyOf(key)) !== undefined });

export const reportGames =
  ({ ledgers: { resources }, now }: LedgerDependencies): LedgerActivities['reportGames'] =>
  async ({ key, pipeline, turn, games, faults }) => {
    const { ledger } = resources;
    ledger.write('report bad games', () => {
      if (causeOfNext(ledger, storyOf(key)) !== undefined) return;
      const payload = { pipeline, turn, games, faults };
      rememberCause(ledger, storyOf(key), publish(ledger, 'LOW_QUALITY_DATA_WARNING', payload, { atMs: now(), actor: 'QUALITY_MONITOR' }));
    });
  };
