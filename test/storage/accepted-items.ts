import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSelfPlayItemId } from '../../src/domain/item/populate.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { itemSpec, nodeView } from '../support/item-spec.ts';
import type { LedgerHarness } from './state-folder.ts';
import { sha256 } from '../support/sha256.ts';

export const game = (turn: number, k: number, extra = ''): string =>
  JSON.stringify({ id: `cf.${turn}.${k}`, result: k % 3 === 0 ? 1 : -1, moves: [k, 3, extra] });
export const gamesOf = (turn: number, from: number, count: number): string =>
  Array.from({ length: count }, (_, k) => `${game(turn, from + k)}\n`).join('');

const spec = (item: string): WorkItemSpec => itemSpec(item, { owner: 'self-play/cf/1', request: {}, labels: [], slots: 1 });

/** Enqueues each item and completes it on the given node. `files` maps an item to the bytes of its accepted games file. */
export async function accept(
  { activities }: LedgerHarness,
  node: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  change: Partial<WorkItemSpec> = {},
): Promise<void> {
  await activities.recordNodes({ nodes: [nodeView(node, { slots: 1_000 })] });
  await activities.enqueue({ items: Object.keys(files).map((item) => ({ ...spec(item), ...change })) });
  const { started } = await activities.claim({ open: [] });
  for (const { job, node: on } of started) {
    const data = files[job.item] ?? '';
    const file = { path: 'games.ndjson', bytes: data.length, sha256: sha256(data) };
    await activities.closeJob({ job, node: on, outcome: { type: 'completed', result: {}, files: [file] } });
  }
}

let versions = 0;

/** Creates a replica just as sync would (`current` → `v/<digest>`) and returns the replica's name. Each further call creates a new version. */
export function replica({ folder }: LedgerHarness, node: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const name = `games-cf@${node}`;
  const path = join(folder, 'data/replicas', name);
  const version = `v/d${(versions += 1)}`;
  mkdirSync(join(path, version), { recursive: true });
  for (const [item, data] of Object.entries(files)) writeFileSync(join(path, version, `${item}.games.ndjson`), data);
  rmSync(join(path, 'current'), { force: true });
  symlinkSync(version, join(path, 'current'));
  return name;
}

/** Accepts the files of pipeline `cf` on the node, and creates the node's replica with all the files. */
export async function acceptedReplica(on: LedgerHarness, node: string, files: Readonly<Record<string, string>>): Promise<string> {
  await accept(on, node, Object.fromEntries(Object.entries(files).filter(([item]) => parseSelfPlayItemId(item)?.pipeline === 'cf')));
  return replica(on, node, files);
}
