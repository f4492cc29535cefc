import { createHash } from 'node:crypto';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { TreeSeen } from '../../src/duty/duty.ts';
import { resultWithin } from '../../activities/result-within.ts';
import { walkTree } from '../../src/transport/copy/tree/walk-tree.ts';
import { treeLookWaitMs } from '../limits.ts';

/** The looks at folders. A round of a daemon waits `waitMs` for a look, so a folder that does not answer, or a very large one, makes no round hang. */
export class TreeLooks {
  readonly #look: (folder: string) => Promise<TreeSeen>;
  readonly #waitMs: number;
  readonly #underWay = new Map<string, { readonly sinceMs: number; readonly end: Promise<TreeSeen> }>();

  constructor(look: (folder: string) => Promise<TreeSeen> = lookAtTree, waitMs: number = treeLookWaitMs) {
    this.#look = look;
    this.#waitMs = waitMs;
  }

  at = async (folder: string): Promise<TreeSeen> => {
    const look = this.#underWay.get(folder) ?? { sinceMs: performance.now(), end: this.#look(folder) };
    this.#underWay.set(folder, look);
    const seen = await resultWithin(this.#waitMs, look.end);
    if (seen === undefined) return { lookingMs: Math.round(performance.now() - look.sinceMs) };
    this.#underWay.delete(folder);
    return seen;
  };
}

/** Returns the version of a folder: a digest of the names, kinds, sizes and times of all that it has. No file is read. */
export async function lookAtTree(folder: string): Promise<TreeSeen> {
  try {
    const { found, refused } = await walkTree(folder);
    const lines = [...found.map(({ path, kind, stamp }) => [path, kind, stamp]), ...refused.map(({ path, fault }) => [path, fault])];
    const hash = createHash('sha256');
    for (const line of lines.map((words) => JSON.stringify(words)).toSorted()) hash.update(`${line}\n`);
    return { version: hash.digest('hex').slice(0, 16) };
  } catch (error) {
    return { failure: toFailureRecord(error) };
  }
}
