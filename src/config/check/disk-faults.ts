/**
 * Checks for faults that only a look at the disk can find. The cluster file names folders, programs and key files, and some of them may not exist.
 * The checks change nothing.
 */
import { join } from 'node:path';
import { stageKeys } from '../../domain/pipeline/stages.ts';
import type { Fault } from '../fault/fault.ts';
import { lookAt, type Seen } from '../look-at.ts';
import type { ResolvePath } from '../resolve-path.ts';
import type { StageEntry } from '../schema/pipeline-entry.ts';
import { type CheckedFile, type Path, present } from './checked-file.ts';

/** The disk as the checks see it. A function reads the disk exactly when it has a parameter of this type. */
export interface Disk {
  readonly resolve: ResolvePath;
  readonly lookAt: (path: string) => Seen;
}

export type DiskCheck = (file: CheckedFile, disk: Disk) => readonly Fault[];

/** Returns the disk of this machine. Each call of its functions reads the disk again. */
export const diskOf = (resolve: ResolvePath): Disk => ({ resolve, lookAt });

type Wrong = Pick<Fault, 'what' | 'hint'>;

/** Returns what is wrong with a path that must be a file or a folder, or undefined when nothing is. `hint` is for a path with something else. */
function wrongAt(path: string, wanted: 'file' | 'folder', hint: string, disk: Disk): Wrong | undefined {
  const seen = disk.lookAt(path);
  if (seen.kind === 'unread') return { what: seen.what, hint: seen.hint };
  const isWanted = wanted === 'folder' ? seen.kind === 'folder' : seen.kind !== 'folder' && seen.kind !== 'nothing';
  return isWanted ? undefined : { what: `${path} is not a ${wanted}`, hint };
}

/** A pipeline's payload must be a folder, and must contain the programs that its stages name. */
export const missingPayloads: DiskCheck = (file, disk) =>
  present(file.pipelines).flatMap(({ entry, index }): readonly Fault[] => {
    const folder = disk.resolve(entry.payload);
    const wrong = wrongAt(folder, 'folder', `the folder of the payload's programs (built?)`, disk);
    if (wrong !== undefined) return [{ path: ['pipelines', index, 'payload'], ...wrong }];
    return stageKeys.flatMap((key) => {
      const path = ['pipelines', index, key];
      return [...missingPrograms(entry[key], folder, path, disk), ...unknownPlaceholders(entry[key], path)];
    });
  });

/** The arguments of a stage's command lines, each with its path in the file. */
const argumentsOf = (stage: StageEntry, path: Path): readonly { readonly argument: string; readonly at: Path }[] =>
  (['command', 'verify'] as const).flatMap((key) => (stage[key] ?? []).map((argument, index) => ({ argument, at: [...path, key, index] })));

/**
 * Returns a fault for each program that a stage names and that the payload folder lacks. An argument `{payload}/x` names the file x of the payload
 * folder. This reads the disk.
 */
const missingPrograms = (stage: StageEntry, folder: string, path: Path, disk: Disk): readonly Fault[] =>
  argumentsOf(stage, path).flatMap(({ argument, at }) => {
    const program = /^\{payload\}\/(.+)$/.exec(argument)?.[1];
    if (program === undefined || unknownPlaceholderIn(argument) !== undefined) return [];
    const seen = disk.lookAt(join(folder, program));
    const also = [[...path.slice(0, -1), 'payload']];
    if (seen.kind === 'unread') return [{ path: at, also, what: seen.what, hint: seen.hint }];
    return seen.kind === 'nothing' ? [{ path: at, also, what: `${program} is not in ${folder}`, hint: 'building the payload, or another name' }] : [];
  });

/** `{payload}` is the only placeholder. */
const unknownPlaceholders = (stage: StageEntry, path: Path): readonly Fault[] =>
  argumentsOf(stage, path).flatMap(({ argument, at }) => {
    const unknown = unknownPlaceholderIn(argument);
    return unknown === undefined ? [] : [{ path: at, what: `${unknown} means nothing`, hint: '{payload}' }];
  });

function unknownPlaceholderIn(argument: string): string | undefined {
  const first = /\{([A-Za-z][A-Za-z_-]*)\}/.exec(argument);
  return first !== null && first[1] !== 'payload' ? first[0] : undefined;
}

/** The path of a dataset of origin `home` must be a folder on this machine. A dataset of origin `node` has no path. */
export const missingDatasets: DiskCheck = (file, disk) =>
  present(file.datasets).flatMap(({ entry, index }): readonly Fault[] => {
    const path = ['datasets', index, 'path'];
    const also = [['datasets', index, 'origin']];
    if (entry.origin === 'node')
      return entry.path === undefined ? [] : [{ path, also, what: 'means nothing for origin node', hint: 'leaving it out' }];
    if (entry.path === undefined) return [{ path, also, what: 'is missing for origin home', hint: 'path: ./folder' }];
    const folder = disk.resolve(entry.path);
    const wrong = wrongAt(folder, 'folder', `mkdir -p ${folder}`, disk);
    return wrong === undefined ? [] : [{ path, also, ...wrong }];
  });

/** The key files of a node must be files on this machine. */
export const missingKeys: DiskCheck = (file, disk) =>
  present(file.nodes).flatMap(({ entry, index }) =>
    (['identityFile', 'knownHostsFile'] as const).flatMap((key) => {
      const named = entry.ssh?.[key];
      const wrong = named === undefined ? undefined : wrongAt(disk.resolve(named), 'file', 'leaving it out, so that ssh chooses', disk);
      return wrong === undefined ? [] : [{ path: ['nodes', index, 'ssh', key], ...wrong }];
    }),
  );
