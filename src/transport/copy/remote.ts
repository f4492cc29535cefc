/** How rsync and tar reach a node. */
export interface Remote {
  readonly node: string;
  /**
   * Program and arguments of the remote shell, without the host. Undefined when the node is this machine. Reading this property creates the folder of
   * the shell's control socket.
   */
  readonly shell?: readonly string[];
  readonly host?: string;
  /** The node's folder: absolute, or relative to the home folder of the login. */
  readonly folder: string;
}

/** Returns a path in the node's folder as rsync writes it. An IPv6 address is put in brackets. */
export const remotePath = ({ host, folder }: Remote, path: string): string =>
  host === undefined ? `${folder}/${path}` : `${host.includes(':') ? `[${host}]` : host}:${folder}/${path}`;
