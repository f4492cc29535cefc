import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { UpReport } from './up.ts';

/** Returns a line about each process without which the cluster has started. */
export const sayMissing = ({ processes, state }: Pick<UpReport, 'processes' | 'state'>): readonly string[] =>
  processes.flatMap((one) =>
    one.state === 'running'
      ? []
      : [
          `${one.name} does not run (${one.state}), so its node cannot be reached. The launcher starts it again, every 5 s at most. ` +
            `Its log: ${statePaths(state).log(one.name)}`,
        ],
  );
