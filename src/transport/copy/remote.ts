/** How rsync and tar reach the node: a command for `-e` (none for this machine), and the prefix of a path there. */
export interface Remote {
  readonly node: string;
  /** argv of the remote shell without the host; undefined: paths are here. Asking for it makes its control socket. */
  readonly shell?: readonly string[];
  readonly host?: string;
  /** The node's folder, absolute or relative to the login's home. */
  readonly folder: string;
}

export const remotePath = ({ host, folder }: Remote, path: string): string =>
  host === undefined ? `${folder}/${path}` : `${host.includes(':') ? `[${host}]` : host}:${folder}/${path}`;
