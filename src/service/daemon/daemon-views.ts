import { given } from '../../base/given.ts';
import type { DaemonRow, DaemonView } from '../../domain/daemon/daemon.ts';
import { errorRateOf, newDaemon } from '../../domain/daemon/lifecycle.ts';
import { healthStatusOf } from '../../domain/daemon/health-status.ts';
import { sayNext } from '../../domain/daemon/say-next.ts';
import type { ReadModel } from '../../storage/read/read-ledgers.ts';

type Known = ReturnType<ReadModel['knownDaemons']>;

/** Returns the daemons of the catalogue, in its order, as the ledger knows them. */
export function daemonViews(rows: readonly DaemonRow[], known: Known, nowMs: number): readonly DaemonView[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  return rows.map((row) => {
    const { record, wish } = byId.get(row.id) ?? {};
    const daemon = record ?? newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });
    const { state, sinceMs, because, missing, restarts, losses, health, failure } = daemon;
    return {
      ...row,
      state,
      sinceMs,
      because,
      // An operator's wish is in the ledger before its daemon knows it.
      wish: wish === undefined ? daemon.wish : { wish: wish.wish, by: wish.by, reason: wish.reason, sinceMs: wish.sinceMs },
      missing,
      restarts,
      next: sayNext(daemon, row, nowMs),
      ...given({ health: health && { ...health, status: healthStatusOf(daemon, health) }, losses, failure, errorRate: errorRateOf(daemon) }),
    };
  });
}
