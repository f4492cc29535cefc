import type { LauncherCommands } from '../../service/launcher/launcher-commands.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import type { Colour } from '../render/colour.ts';

/** The context that a verb runs in. stdout carries data, stderr carries messages. */
export interface Context {
  readonly launcher: LauncherCommands;
  readonly env: NodeJS.ProcessEnv;
  readonly out: (line: string) => void;
  readonly say: (line: string) => void;
  /** True when stdout is a terminal. Then output may have colours and be redrawn in place. */
  readonly tty: boolean;
  readonly colour: Colour;
  /** The value of `--state`, as an absolute path. */
  readonly stateOption: string | undefined;
  readonly nowMs: () => number;
  /** Returns what a person types to run the command in this shell. See `command-name.ts`. */
  readonly command: () => string;
}

/** The cluster that a verb works on. */
export interface Found {
  readonly state: string;
  readonly running: RunningCluster;
}
