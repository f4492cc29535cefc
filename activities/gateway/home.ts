import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import type { SecretRef } from '../../src/domain/item/secret.ts';
import { championDataset, payloadDataset, ratingsDataset } from '../../src/domain/dataset/names.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { clusterKey } from '../../src/domain/cluster/cluster-key.ts';

/**
 * The paths of files and folders at home. The folders of payloads and of datasets with the origin `home` get their paths from the cluster file; all
 * other paths are in the state folder.
 */
export interface Home {
  /** Returns the folder that is pushed as this dataset. */
  source: (dataset: string) => string;
  /** Returns the folder of a replica that was pulled from a node. It contains `current` and `v/<digest>`. */
  replica: (name: string) => string;
  /** The secrets that items may name. */
  readonly secrets: readonly SecretRef[];
  /** The environment from which secrets are read. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Returns the folder of a pipeline's payload, as the cluster file names it. */
  payloadSource: (pipeline: string) => string;
  blob: (sha256: string) => string;
  /** Returns the folder of the snapshot of a payload. */
  payload: (digest: string) => string;
  champion: (pipeline: string) => string;
}

export function homeOf({ state, datasets, pipelines, secrets = [] }: ClusterConfig, variables: Home['variables'] = process.env): Home {
  const { champion, replica, payload, blob, ratings } = statePaths(state);
  const sources = new Map<string, string>([
    ...datasets.flatMap((dataset) => (dataset.origin === 'home' && dataset.path !== undefined ? [[dataset.id, dataset.path] as const] : [])),
    ...pipelines.flatMap((pipeline) => [
      [payloadDataset(pipeline.name), pipeline.payload] as const,
      [championDataset(pipeline.name), champion(pipeline.name)] as const,
    ]),
    [ratingsDataset, ratings],
  ]);
  return {
    secrets,
    variables,
    champion,
    replica,
    payload,
    blob,
    payloadSource: (pipeline) => {
      const folder = pipelines.find(({ name }) => name === pipeline)?.payload;
      if (folder !== undefined) return folder;
      throw new RingmasterError('input.refused', {
        cannot: `take a snapshot of the payload of ${pipeline}`,
        because: `the cluster file has no pipeline ${pipeline} (it has ${pipelines.map(({ name }) => name).join(', ') || 'none'})`,
        hint: { say: `the name of a pipeline under ${clusterKey('pipelines')} in the cluster file`, run: 'ringmaster pipeline list' },
        fields: { pipeline },
      });
    },
    source: (dataset) => {
      const folder = sources.get(dataset);
      if (folder !== undefined) return folder;
      throw new RingmasterError('config.invalid', {
        cannot: `push dataset ${dataset}`,
        because: `no home dataset has that id (there are ${[...sources.keys()].join(', ') || 'none'})`,
        hint: { say: `adding it under ${clusterKey('datasets')} in the cluster file, or a name that is there`, run: 'ringmaster sync list' },
        fields: { dataset },
      });
    },
  };
}
