/** Returns the name of a dataset's replica at home. A node's copy is `<dataset>@<node>`, so that each source has a replica of its own. */
export const replicaName = (dataset: string, source: string): string => (source === 'home' ? dataset : `${dataset}@${source}`);
/** Returns the node of such a replica. */
export const nodeOfReplica = (replica: string): string => replica.split('@').at(-1) ?? '';

/** Datasets that every pipeline has. */
export const gamesDataset = (pipeline: string): string => `games-${pipeline}`;
export const championDataset = (pipeline: string): string => `champion-${pipeline}`;
export const payloadDataset = (pipeline: string): string => `payload-${pipeline}`;
