import type { PastGames, RemovedGameFiles } from '../../../src/domain/game/past-games.ts';
import { itemOfGamesFile } from '../../../src/domain/game/games-file.ts';
import { parseSelfPlayItemId } from '../../../src/domain/item/populate.ts';
import type { ScriptedNode } from './scripted-node.ts';

/** Removes the files of past games from a dataset of a node in memory. */
export function removeGamesScripted(node: ScriptedNode, { pipeline, before }: PastGames): readonly RemovedGameFiles[] {
  const folder = `datasets/games-${pipeline}`;
  const old = node.below(folder).filter(([path]) => {
    const named = parseSelfPlayItemId(itemOfGamesFile(path) ?? '');
    return named?.pipeline === pipeline && named.turn < before;
  });
  for (const [path] of old) node.files.delete(`${folder}/${path}`);
  return old.length === 0 ? [] : [{ pipeline, files: old.length, bytes: old.reduce((sum, [, data]) => sum + data.length, 0) }];
}
