import type { SshTarget } from './ssh-config.ts';

/** The memory of the links to one node. Transfers read it, because they connect by an ssh of their own. */
export interface LinkMemory {
  /** How the newest link was opened. Undefined before the first. */
  target?: SshTarget | undefined;
  /** Why only the system's ssh can log in, although nothing in the configuration says so. */
  systemSsh?: string | undefined;
  /** The socket of a master that the user has opened, when only this master is logged in. */
  userControlPath?: string | undefined;
}
