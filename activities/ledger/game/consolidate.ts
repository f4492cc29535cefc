/**
 * Reads the games of the replicas at home into `selfplay.db`, from `<replica>/current/<item>.games.ndjson`. A replica is a name under `data/replicas`,
 * or the absolute path of such a folder, as `transfer` returns it. Any other path is refused. `accept-game-file.ts` decides about each file. A damaged
 * file is set aside and delays no other file: the turn goes on with the good files.
 */
import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { carryOut, type Executors } from '../../../src/base/executors.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { isName } from '../../../src/contract/input/check.ts';
import { refusedInput } from '../../../src/contract/input/refused-input.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import type { GameWorkDependencies } from './game-work-dependencies.ts';
import { acceptGameFile, type GameFileResult } from './accept-game-file.ts';
import { nodeOfReplica } from '../../../src/domain/dataset/names.ts';

export const consolidate =
  (dependencies: GameWorkDependencies): LedgerActivities['consolidate'] =>
  async ({ pipeline, replicas }) => {
    let [read, added, ignored] = [0, 0, 0];
    const setAside: ItemId[] = [];
    const count: Executors<GameFileResult> = {
      taken: (games) => {
        read += games.read;
        added += games.added;
      },
      'set-aside': ({ item }) => void setAside.push(item),
      ignored: () => void (ignored += 1),
      passed: () => undefined,
    };
    for (const replica of replicas) {
      const path = replicaFolder(dependencies.stateFolder, replica);
      const folder = await currentOf(path);
      for (const name of (await readdir(folder)).toSorted()) {
        const found = { pipeline, name, path: join(folder, name), shown: join(path, 'current', name), node: nodeOfReplica(basename(path)) };
        await carryOut(count, await acceptGameFile(dependencies, found));
      }
    }
    return { read, added, total: dependencies.games.total(pipeline), ignored, setAside };
  };

function replicaFolder(stateFolder: string, replica: string): string {
  const { replicas, replica: folderOf } = statePaths(stateFolder);
  const named = basename(replica);
  if (isName(named) && [named, folderOf(named)].includes(replica)) return folderOf(named);
  throw new RingmasterError('input.refused', refusedInput('consolidate', [`${JSON.stringify(replica)} is no replica under ${replicas}`]));
}

/** Returns the folder that `current` points to now. A swap during the reading changes nothing for this call. */
async function currentOf(replica: string): Promise<string> {
  try {
    return await realpath(join(replica, 'current'));
  } catch (error) {
    throw new RingmasterError('sync.source-missing', {
      cannot: `consolidate ${replica}`,
      because: 'it has no folder "current"',
      hint: { say: 'syncing that dataset first' },
      fields: { replica },
      cause: error,
    });
  }
}
