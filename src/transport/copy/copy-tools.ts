import type { ShellRequest, ShellResult } from '../shell.ts';
import type { Remote } from './remote.ts';

/** The values that every kind of copy needs to reach one node. */
export interface CopyTools {
  readonly node: string;
  readonly remote: Remote;
  /** Runs a script in the node's folder. */
  readonly script: (request: ShellRequest) => Promise<ShellResult>;
}
