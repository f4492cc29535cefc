import { realpath } from 'node:fs/promises';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import type { RefusedPayload } from '../../src/service/launcher/launcher-commands.ts';
import { refusalWords, refusedTree } from '../../src/transport/copy/tree/refused-tree.ts';
import { walkTree } from '../../src/transport/copy/tree/walk-tree.ts';

/** Lists the payloads with an entry that cannot be carried. Reads no file. Pipelines that share a payload each have a line. */
export async function refusedPayloads({ pipelines }: Pick<ClusterConfig, 'pipelines'>): Promise<readonly RefusedPayload[]> {
  const found: RefusedPayload[] = [];
  for (const [index, { payload }] of pipelines.entries()) {
    const folder = await realpath(payload).catch(() => payload);
    const { refused } = await walkTree(folder);
    if (refused.length === 0) continue;
    const { because, fix } = refusalWords(refused);
    found.push({ index, what: `${folder} cannot be carried to a node: ${because}`, fix, error: refusedTree(folder, refused) });
  }
  return found;
}

/** Throws `sync.tree-refused` for the first payload that cannot be carried: the turns of its pipeline would all end with this failure. */
export async function refusePayloads(config: Pick<ClusterConfig, 'pipelines'>): Promise<void> {
  const [first] = await refusedPayloads(config);
  if (first !== undefined) throw first.error;
}
