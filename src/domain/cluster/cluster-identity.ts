/** Returns true for a text that can be the id of a cluster. */
export const isClusterId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{8,64}$/.test(text);

/**
 * Says which cluster owns a process or the folder of a node. A name does not say this: two clusters may have the same name, and a cluster that was
 * removed and made again has the name of the cluster before it.
 */
export interface ClusterIdentity {
  /** Random, made once for each state folder. It is the first part of the mark of every process, and the first line of the file `owner` on a node. */
  readonly id: string;
  readonly name: string;
  /** Names the cluster for people, for example `demo (anna@host1:/srv/demo)`. */
  readonly says: string;
  /**
   * True when an older release made the state folder and its nodes' folders, before clusters had ids. Only such a cluster takes over a node's folder
   * that has files and no owner.
   */
  readonly isUpgraded: boolean;
}
