import type { PastGames, RemovedGameFiles } from '../../domain/game/past-games.ts';
import { gamesDataset } from '../../domain/dataset/names.ts';
import { removedGameFilesMax } from '../../domain/limits.ts';
import type { ShellResult } from '../shell.ts';
import type { KeyedMutex } from './keyed-mutex.ts';

interface Removal {
  readonly past: readonly PastGames[];
  readonly ageMs: number;
  /** The copies of the node, by `pullKey`. */
  readonly copies: KeyedMutex;
  /** Runs `remove-games.sh` with these arguments. */
  readonly remove: (args: readonly string[]) => Promise<ShellResult>;
}

/** The key of the pulls of a dataset. */
export const pullKey = (dataset: string): string => `pull ${dataset}`;

/**
 * Removes files of past games, one pipeline after another. A pull would fail on a file that goes while the dataset is listed, so a dataset that is being
 * pulled keeps its files until the next removal, and a pull that comes during the removal begins after it.
 */
export async function removeGames({ past, ageMs, copies, remove }: Removal): Promise<readonly RemovedGameFiles[]> {
  const removed: RemovedGameFiles[] = [];
  let left = removedGameFilesMax;
  for (const { pipeline, before } of past) {
    if (left <= 0) break;
    const args = [pipeline, String(before), String(Math.ceil(ageMs / 60_000)), String(left)];
    const result = await copies.runIfFree(pullKey(gamesDataset(pipeline)), () => remove(args));
    const [, files, bytes] = /^(\d+) (\d+)$/.exec(result?.stdout.toString().trim() ?? '') ?? [];
    if (files === undefined) continue;
    removed.push({ pipeline, files: Number(files), bytes: Number(bytes) });
    left -= Number(files);
  }
  return removed;
}
