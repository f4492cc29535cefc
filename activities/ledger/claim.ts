import type { LedgerActivities } from '../../src/contract/activities.ts';
import { claimItems } from '../../src/storage/queue/claim-items.ts';
import type { LedgerDependencies } from './dependencies.ts';

export const claim =
  ({ ledgers, now }: LedgerDependencies): LedgerActivities['claim'] =>
  async ({ open }) => {
    const nodes = ledgers.resources.nodes();
    const resident = new Set(nodes.filter(({ route }) => route === 'resident').map(({ node }) => node));
    const { claims, pendingLeft } = claimItems(ledgers.queue, { nodes, open, nowMs: now() });
    return { steps: claims.map((claimed) => ({ type: 'start-job' as const, ...claimed, residentRoute: resident.has(claimed.node) })), pendingLeft };
  };
