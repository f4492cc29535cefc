import { statePaths } from '../../domain/cluster/state-paths.ts';
import { type RemovalTime, removalTime } from '../../domain/cluster/removal-time.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { retentionLimits } from '../limits.ts';
import { readRemovalTime } from '../read/read-removal-time.ts';

/** The removal time of a cluster, which survives restarts. The ledger worker has one, and nothing else writes the file. */
export class RemovalClock {
  readonly #file: string;
  #stored: RemovalTime | undefined;
  #time: RemovalTime | undefined;

  constructor(state: string) {
    this.#file = statePaths(state).removalTime;
    this.#stored = readRemovalTime(state);
    this.#time = this.#stored;
  }

  /** Returns the removal time at this time of the machine's clock. */
  look(clockMs: number): number {
    this.#time = removalTime(this.#time, clockMs);
    if (this.#stored === undefined || Math.abs(clockMs - this.#stored.clockMs) >= retentionLimits.removalTimeStoredEveryMs) this.#store(this.#time);
    return this.#time.atMs;
  }

  #store(time: RemovalTime): void {
    try {
      replaceFile(this.#file, JSON.stringify(time), { sync: true });
      this.#stored = time;
    } catch {
      // A full disk is named by the ledgers. After a restart, the time since the last stored look is a jump when it is longer than a day.
    }
  }
}
