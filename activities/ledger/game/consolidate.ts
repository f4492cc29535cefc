/**
 * Games of the replicas at home (names under `data/replicas`, or absolute) into `selfplay.db`, from `<replica>/current/<item>.games.ndjson`. What
 * becomes of each file: `accept-game-file.ts`. A damaged one is set aside and keeps nobody out: the turn goes on with what is good.
 */
import { readdir, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import type { GameWorkParts } from './game-work-parts.ts';
import { takeFile } from './accept-game-file.ts';

export const consolidate =
  (parts: GameWorkParts): LedgerActivities['consolidate'] =>
  async ({ pipeline, replicas }) => {
    let [read, added, ignored] = [0, 0, 0];
    const setAside: ItemId[] = [];
    for (const replica of replicas) {
      const path = resolve(statePaths(parts.stateFolder).replicas, replica);
      const folder = await currentOf(path);
      for (const name of (await readdir(folder)).toSorted()) {
        const taken = await takeFile(parts, { pipeline, name, path: join(folder, name), shown: join(path, 'current', name), node: nodeOf(path) });
        if (taken.type === 'taken') {
          read += taken.read;
          added += taken.added;
        } else if (taken.type === 'set-aside') setAside.push(taken.item);
        else if (taken.type === 'ignored') ignored += 1;
      }
    }
    return { read, added, total: parts.games.total(pipeline), ignored, setAside };
  };

/** The folder that `current` points to now: a swap while we read changes nothing for us. */
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

/** A replica is called `<dataset>@<node>`. */
const nodeOf = (replica: string): string => basename(replica).split('@').at(-1) ?? '';
