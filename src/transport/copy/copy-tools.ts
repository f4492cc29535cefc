import type { ShellRequest, ShellResult } from '../shell.ts';
import type { Remote } from './remote.ts';

/** The values that every kind of copy needs to reach one node. */
export interface CopyTools {
  readonly node: string;
  readonly remote: Remote;
  /** The arguments of `library/enter.sh`, for a program that does not run through `script`. */
  readonly entered: () => readonly string[];
  /** Runs a script in the node's folder. */
  readonly script: (request: ShellRequest) => Promise<ShellResult>;
}
