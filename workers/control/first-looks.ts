import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import type { KnownDaemon } from '../../src/storage/daemon/daemons.ts';
import { until } from '../../src/system/until.ts';
import { keeperLimits } from '../limits.ts';

export interface FirstLookParts {
  /** The daemons without which the cluster is not ready. */
  readonly rows: readonly DaemonRow[];
  /** Reads what the ledger knows of the daemons. Throws while the ledger does not exist. */
  readonly daemons: () => readonly Pick<KnownDaemon, 'id' | 'record' | 'wish'>[];
  /** Reads when a node was last looked at. Throws while the ledger does not exist. */
  readonly newestLookMs: () => number | undefined;
  readonly say: (line: string) => void;
}

/**
 * Resolves when each daemon that should run has a state, and a node was looked at. So `ringmaster status` has evidence to show when `ringmaster up` has ended.
 * Resolves after `limitMs` in any case: the status then says which evidence is missing.
 */
export async function firstLooks(
  { rows, daemons, newestLookMs, say }: FirstLookParts,
  limitMs: number = keeperLimits.firstLooksMsMax,
): Promise<void> {
  let failure = '';
  const areThere = (): boolean => {
    try {
      const known = new Map(daemons().map((one) => [one.id, one]));
      const hasState = ({ id }: DaemonRow): boolean => known.get(id)?.record !== undefined || known.get(id)?.wish?.wish === 'stopped';
      return newestLookMs() !== undefined && rows.every(hasState);
    } catch (error) {
      failure = errorText(error);
      return false;
    }
  };
  if (!(await until(limitMs, areThere, keeperLimits.firstLooksPollMs)) && failure !== '') say(`cannot read the first looks: ${failure}`);
}
