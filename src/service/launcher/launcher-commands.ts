import type { ProcessView } from '../../domain/cluster/status.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';

/** What the launcher does for the CLI, which may not import it. `bin/ringmaster` brings the two together. */
export interface LauncherCommands {
  /**
   * Starts what is not running, adopts what is, and answers when `/ready` would say yes. If it rejects it has stopped what it started itself.
   * `signal` says that the caller will call `down` next; it may be ignored, so that nothing is cut in half.
   */
  readonly up: (parts: UpParts) => Promise<RunningCluster>;
  /**
   * Stops processes and jobs in order; `stopped` names what ran. Pending work stays and goes on at the next `up`. `purge` also removes practice
   * nodes and the state folder. Twice is as good as once.
   */
  readonly down: (parts: DownParts) => Promise<{ readonly stopped: readonly string[] }>;
  /** The launcher's own record, for when control does not answer. Empty when nothing runs. */
  readonly processes: (parts: { readonly state: string }) => Promise<readonly ProcessView[]>;
  /** Whether dist is what the sources say. */
  readonly isBuilt: () => Promise<boolean>;
  /** Where a Temporal server would come from; rejects with `server.not-found`. Downloads nothing. */
  readonly findServer: () => Promise<string>;
  /** The cluster file of the demo, made ready to use (free ports, practice nodes). */
  readonly demoFile: () => Promise<string>;
  /** SIGKILLs the program of one job on its node, as a crash would. Rejects when that job no longer runs. */
  readonly plantFault: (parts: FaultTarget) => Promise<{ readonly pid: number }>;
}

export interface UpParts {
  readonly file: string;
  /** A line for people, for each step. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DownParts {
  readonly state: string;
  readonly purge: boolean;
  readonly say: (line: string) => void;
}

export interface FaultTarget {
  readonly state: string;
  readonly item: string;
  readonly epoch: number;
  readonly node: string;
}
