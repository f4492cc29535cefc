import type { LauncherCommands } from '../../service/launcher/launcher-commands.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import type { Colour } from '../render/colour.ts';

/** What a verb may know of its surroundings. stdout is data, stderr is talk. */
export interface Context {
  readonly launcher: LauncherCommands;
  readonly env: NodeJS.ProcessEnv;
  readonly out: (line: string) => void;
  readonly say: (line: string) => void;
  /** stdout is a terminal: colours, and redrawing in place. */
  readonly tty: boolean;
  readonly colour: Colour;
  /** `--state`, absolute. */
  readonly stateOption: string | undefined;
  readonly nowMs: () => number;
}

/** The cluster a verb speaks of. */
export interface Found {
  readonly state: string;
  readonly running: RunningCluster;
}
