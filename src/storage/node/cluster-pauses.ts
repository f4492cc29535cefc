/** Table `cluster_pause` of `resource_state.db`: the pause of the whole cluster, in one row, or no row. */
import type { ClusterPause } from '../../domain/cluster/pause.ts';
import { publish } from '../event/publish.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

export const clusterPauseTable = `
  CREATE TABLE cluster_pause (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    reason TEXT NOT NULL,
    paused_by TEXT NOT NULL,
    since_ms INTEGER NOT NULL
  ) STRICT;
`;

interface PauseRow {
  readonly reason: string;
  readonly paused_by: string;
  readonly since_ms: number;
}

const query = 'SELECT reason, paused_by, since_ms FROM cluster_pause';
const toPause = (row: PauseRow | undefined): ClusterPause | undefined =>
  row === undefined ? undefined : { by: row.paused_by, reason: row.reason, sinceMs: row.since_ms };

export class ClusterPauses {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  present(): ClusterPause | undefined {
    return toPause(this.#ledger.statement<PauseRow>(query).get());
  }

  /** Begins a pause, with its event. */
  begin({ by, reason, sinceMs }: ClusterPause): void {
    this.#ledger.write('pause the cluster', () => {
      this.#ledger
        .statement('INSERT OR REPLACE INTO cluster_pause (one, reason, paused_by, since_ms) VALUES (1, ?, ?, ?)')
        .run(reason, by, Math.round(sinceMs));
      publish(this.#ledger, 'CLUSTER_PAUSED', { by, reason }, { atMs: sinceMs, actor: by });
    });
  }

  /** Ends the pause, with its event. */
  end({ by, reason }: Pick<ClusterPause, 'by' | 'reason'>, nowMs: number): void {
    this.#ledger.write('resume the cluster', () => {
      this.#ledger.statement('DELETE FROM cluster_pause').run();
      publish(this.#ledger, 'CLUSTER_RESUMED', { by, reason }, { atMs: nowMs, actor: by });
    });
  }
}

export const readPause = (reader: LedgerReader): ClusterPause | undefined => toPause(reader.get<PauseRow>(query));
