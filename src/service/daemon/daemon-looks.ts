import { given } from '../../base/given.ts';
import type { DaemonRow } from '../../domain/daemon/daemon.ts';
import type { DaemonLook } from '../../domain/daemon/daemon-watch.ts';
import type { ReadModel } from '../../storage/read/read-ledgers.ts';
import { AgeOf } from '../cluster/age-of.ts';
import { daemonViews } from './daemon-views.ts';

/**
 * Measures how old the last round or change of state of each daemon is. The time of a round is by the clock of the ledger, and that of a change by the clock
 * of the Temporal server, so each has its age, and the smaller counts. No age is longer than this object lives: while the cluster is stopped, no daemon works, and
 * after its start each daemon waits for its next round. The caller must look at least every `lookMs`, as with `AgeOf`.
 */
export class DaemonLooks {
  readonly #rows: readonly DaemonRow[];
  readonly #bornMs = performance.now();
  readonly #ages: ReadonlyMap<string, { readonly round: AgeOf; readonly change: AgeOf }>;

  constructor(rows: readonly DaemonRow[], lookMs: number) {
    this.#rows = rows;
    this.#ages = new Map(rows.map(({ id }) => [id, { round: new AgeOf(lookMs), change: new AgeOf(lookMs) }]));
  }

  of(known: ReturnType<ReadModel['knownDaemons']>): readonly DaemonLook[] {
    const records = new Map(known.map(({ id, record }) => [id, record]));
    return daemonViews(this.#rows, known, Date.now()).map(({ id, intervalMs, state, because, wish, missing, restarts, losses, failure }) => {
      const record = records.get(id);
      const ages = this.#ages.get(id);
      const agesMs = [ages?.round.ageMs(record?.health?.atMs), ages?.change.ageMs(record?.sinceMs)].filter((ageMs) => ageMs !== undefined);
      const ageMs = agesMs.length === 0 ? undefined : Math.min(...agesMs, performance.now() - this.#bornMs);
      return { id, intervalMs, state, because, wish, missing, restarts, ...given({ losses, failure }), ageMs };
    });
  }
}
