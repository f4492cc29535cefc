import type { Login } from '../ssh/link/login-form.ts';

/** How rsync and tar reach a node. */
export interface Remote {
  readonly node: string;
  /**
   * Program and arguments of the remote shell, without the host. Undefined when the node is this machine. Reading this property creates the folder of
   * the shell's control socket.
   */
  readonly shell?: readonly string[];
  readonly host?: string;
  /** Returns how the login of the node takes programs. */
  readonly login?: () => Promise<Login>;
  /** The command with which a person sees that the login runs a program: it prints ok. */
  readonly echoOk?: string;
  /** Makes the next transfer log in again. A connection keeps the login that it began with, so a mended login takes effect only in another connection. */
  readonly logInAgain?: () => Promise<void>;
  /** The node's folder: absolute, or relative to the home folder of the login. */
  readonly folder: string;
}

/** A node that is reached over ssh. */
export interface ReachedRemote extends Required<Remote> {}

export const isReached = (remote: Remote): remote is ReachedRemote => remote.host !== undefined;

/** Returns a path in the node's folder as rsync writes it. `rsync.ts` connects to the host itself, so the name before the colon is only a mark. */
export const remotePath = ({ shell, folder }: Remote, path: string): string => `${shell === undefined ? '' : 'node:'}${folder}/${path}`;
