import { lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { gamesDataset, replicaName } from '../../domain/dataset/names.ts';
import { itemOfGamesFile } from '../../domain/game/games-file.ts';
import type { PastGames } from '../../domain/game/past-games.ts';
import { parseSelfPlayItemId } from '../../domain/item/populate.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { removeFolderSync } from '../../system/remove-folder.ts';
import { bytesOf, namesIn, type TidyResult } from './tidy-home.ts';

export interface TidyReplicas {
  readonly state: string;
  /** The nodes of the cluster file. */
  readonly nodes: readonly string[];
  readonly past: readonly PastGames[];
  /** Files that were written at this time or later stay. */
  readonly beforeMs: number;
}

/** A replica has this name while it is removed, so that an interrupted removal leaves no half that looks whole. */
const goneName = '.gone.';

/**
 * Removes the replicas of the games of nodes that left the cluster, when all files of a replica are old files of past games. No sync brings such a replica
 * up to date any more. The replica of a node of the cluster follows the node.
 */
export function tidyReplicas({ state, nodes, past, beforeMs }: TidyReplicas): TidyResult {
  const { replicas } = statePaths(state);
  const names = namesIn(replicas);
  for (const name of names.filter((one) => one.startsWith(goneName))) removeFolderSync(join(replicas, name));
  let [removed, bytes] = [0, 0];
  for (const one of past) {
    const left = names.filter(
      (name) =>
        name.startsWith(replicaName(gamesDataset(one.pipeline), '')) && !nodes.some((node) => name === replicaName(gamesDataset(one.pipeline), node)),
    );
    for (const name of left.filter((replica) => isPast(join(replicas, replica, 'current'), one, beforeMs))) {
      const files = namesIn(join(replicas, name, 'current')).length;
      bytes += bytesOf(join(replicas, name));
      renameSync(join(replicas, name), join(replicas, `${goneName}${name}`));
      removeFolderSync(join(replicas, `${goneName}${name}`));
      removed += files;
    }
  }
  return { removed, bytes };
}

/** Returns whether the folder has files, and all of them are old files of past games. */
function isPast(folder: string, { pipeline, before }: PastGames, beforeMs: number): boolean {
  const names = namesIn(folder);
  return (
    names.length > 0 &&
    names.every((name) => {
      const named = parseSelfPlayItemId(itemOfGamesFile(name) ?? '');
      return named?.pipeline === pipeline && named.turn < before && lstatSync(join(folder, name)).mtimeMs < beforeMs;
    })
  );
}
