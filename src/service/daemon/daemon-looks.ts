import { given } from '../../base/given.ts';
import type { DaemonRow } from '../../domain/daemon/daemon.ts';
import type { DaemonLook } from '../../domain/daemon/daemon-watch.ts';
import type { ReadModel } from '../../storage/read/read-ledgers.ts';
import { AgeOf } from '../cluster/age-of.ts';
import { daemonViews } from './daemon-views.ts';

/** Measures how old the last round of each daemon is. The caller must look at least every `lookMs`, as with `AgeOf`. */
export class DaemonLooks {
  readonly #rows: readonly DaemonRow[];
  readonly #ages: ReadonlyMap<string, AgeOf>;

  constructor(rows: readonly DaemonRow[], lookMs: number) {
    this.#rows = rows;
    this.#ages = new Map(rows.map(({ id }) => [id, new AgeOf(lookMs)]));
  }

  of(known: ReturnType<ReadModel['knownDaemons']>): readonly DaemonLook[] {
    const records = new Map(known.map(({ id, record }) => [id, record]));
    return daemonViews(this.#rows, known, Date.now()).map(({ id, intervalMs, state, because, wish, missing, restarts, failure }) => {
      const record = records.get(id);
      const atMs = record === undefined ? undefined : Math.max(record.sinceMs, record.health?.atMs ?? 0);
      return { id, intervalMs, state, because, wish, missing, restarts, ...given({ failure }), ageMs: this.#ages.get(id)?.ageMs(atMs) };
    });
  }
}
