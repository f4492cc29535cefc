import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { causeOfNext, publish, publishOnce } from '../../../src/storage/event/publish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

const storyOf = (key: string): string => `shutdown ${key}`;
const actor = 'IDLE_SHUTDOWN';

export const noteShutdown =
  ({ ledgers: { resources }, now }: LedgerDependencies): LedgerActivities['noteShutdown'] =>
  async ({ node, key, because }) => ({
    isNew: publishOnce(resources.ledger, storyOf(key), 'IDLE_NODE_SHUT_DOWN', { node, because }, { atMs: now(), actor }),
  });

export const noteShutdownFailure =
  ({ ledgers: { resources }, now }: LedgerDependencies): LedgerActivities['noteShutdownFailure'] =>
  async ({ node, key, because }) => {
    const { ledger } = resources;
    publish(ledger, 'IDLE_NODE_SHUTDOWN_FAILED', { node, because }, { atMs: now(), actor, cause: causeOfNext(ledger, storyOf(key)) });
  };
