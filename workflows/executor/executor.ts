import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import type { ProcessExit } from '../../src/domain/daemon/lifecycle.ts';
import type { LiveDaemon } from '../isolate/live-daemon.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';

export interface Work {
  readonly row: DaemonRow;
  /** The memory of the last work of this run of the daemon. Absent in the first work after a start, and after the workflow was lost. */
  readonly memory: unknown;
  /** True until the first work after a start has succeeded. */
  readonly isFirst: boolean;
  /** The failures in a row. */
  readonly failures: number;
  /** True when a program without a health check runs from its start. */
  readonly startsPlainly: boolean;
  /** Makes the call that opens a process, with the report of the daemon that this call records. */
  readonly recordWith: LiveDaemon['recordWith'];
}

/** The end of work that succeeded, or of the program that did the work. `atMs` is the time at which the end of the program was seen. */
export type WorkEnd = Worked | { readonly exit: ProcessExit; readonly atMs?: number };

/** Carries out the decisions of the lifecycle (`src/domain/daemon/lifecycle.ts`). An executor decides nothing about restarts. */
export interface DaemonExecutor {
  /** Works until there is news. Throws when the work fails, and when it is cancelled. */
  readonly work: (work: Work) => Promise<WorkEnd>;
  /** Ends what interrupted work may have left. */
  readonly halt: (row: DaemonRow) => Promise<void>;
}
