import { createHash } from 'node:crypto';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { TreeSeen } from '../../src/duty/duty.ts';
import { walkTree } from '../../src/transport/copy/tree/walk-tree.ts';

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
