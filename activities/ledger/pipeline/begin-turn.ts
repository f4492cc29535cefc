import { given } from '../../../src/base/given.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { cancelLeftovers } from './record-stage.ts';

/**
 * Begins a run of a turn. The first run fixes the champion and the payload (`docs/decisions/0004-a-turn-is-fixed-when-it-begins.md`). Items that
 * earlier turns left in the queue are cancelled, so that they do not run before this turn's work.
 */
export const beginTurn =
  (dependencies: LedgerDependencies): LedgerActivities['beginTurn'] =>
  async ({ pipeline, turn, payload, standing, config, again }) => {
    const { resources, ratings } = dependencies.ledgers;
    resources.beginTurn(pipeline, turn, dependencies.now(), standing);
    await cancelLeftovers(dependencies, { pipeline, turn: turn - 1, reason: `turn ${turn} has begun` });
    const { payloadDigest, ...begun } = ratings.beginTurn(pipeline, turn, { payloadDigest: payload.digest, ...given({ config, again }) });
    return { ...begun, payload: { ...payload, digest: payloadDigest } };
  };
