/**
 * The parsed cluster file that the checks read. An entry that did not pass the schema is undefined, so that the other entries can still be checked.
 */
import { stageKeys } from '../../domain/pipeline/stages.ts';
import type { Fault } from '../fault/fault.ts';
import type { ClusterFile } from '../schema/cluster-schema.ts';
import type { JobEnv } from '../../domain/item/secret.ts';
import type { DaemonEntry } from '../schema/daemon-entry.ts';
import type { DatasetEntry } from '../schema/dataset-entry.ts';
import type { NodeEntry } from '../schema/node-entry.ts';
import type { PipelineEntry, StageEntry } from '../schema/pipeline-entry.ts';

export interface CheckedFile extends Omit<ClusterFile, 'nodes' | 'datasets' | 'pipelines' | 'daemons'> {
  readonly nodes: readonly (NodeEntry | undefined)[];
  readonly datasets: readonly (DatasetEntry | undefined)[];
  readonly pipelines: readonly (PipelineEntry | undefined)[];
  readonly daemons: readonly (DaemonEntry | undefined)[];
  /** Returns whether the file itself has a value at the path. Where it has none, the key has its default. */
  readonly has: (path: Path) => boolean;
}

export type Path = Fault['path'];

/** A check that reads only the file. */
export type ClusterFileCheck = (file: CheckedFile) => readonly Fault[];

/** Returns the entries that passed the schema, each with its index in the file. */
export const present = <Entry>(entries: readonly (Entry | undefined)[]): readonly { readonly entry: Entry; readonly index: number }[] =>
  entries.flatMap((entry, index) => (entry === undefined ? [] : [{ entry, index }]));

/** Returns every stage of every pipeline, with its path in the file. */
export const eachStage = (file: CheckedFile): readonly { readonly stage: StageEntry; readonly pipeline: PipelineEntry; readonly path: Path }[] =>
  present(file.pipelines).flatMap(({ entry, index }) =>
    stageKeys.map((key) => ({ stage: entry[key], pipeline: entry, path: ['pipelines', index, key] as Path })),
  );

/** Returns the environment of each stage and of each daemon, with its path in the file. */
export const eachEnvironment = (file: CheckedFile): readonly { readonly env: JobEnv; readonly path: Path }[] => [
  ...eachStage(file).map(({ stage, path }) => ({ env: stage.env, path: [...path, 'env'] })),
  ...present(file.daemons).map(({ entry, index }) => ({ env: entry.env, path: ['daemons', index, 'env'] })),
];
