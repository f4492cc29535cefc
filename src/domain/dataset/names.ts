import type { ModelRef } from '../model/model.ts';

/** Returns the name of a dataset's replica at home. A replica that was pulled from a node is `<dataset>@<node>`, so that each source has its own replica. */
export const replicaName = (dataset: string, source: string): string => (source === 'home' ? dataset : `${dataset}@${source}`);
/** Returns the node from which a replica `<dataset>@<node>` was pulled. */
export const nodeOfReplica = (replica: string): string => replica.split('@').at(-1) ?? '';

/** The names of the datasets that every pipeline has. */
export const gamesDataset = (pipeline: string): string => `games-${pipeline}`;
export const championDataset = (pipeline: string): string => `champion-${pipeline}`;
/** Returns the version of the champion's dataset that has this model. */
export const championVersion = ({ id, sha256 = '' }: ModelRef): string => `${id} ${sha256.slice(0, 12)}`;
/** The dataset with the ratings of all pipelines. No dataset of the cluster file may have this name. */
export const ratingsDataset = 'ringmaster-ratings';
export const payloadDataset = (pipeline: string): string => `payload-${pipeline}`;
