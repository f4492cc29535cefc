/**
 * AUTO_SYNC keeps the datasets of home that have `keep` in the cluster file in step on their nodes. It looks at the names, sizes and times of the files at
 * home, and pushes a dataset to each node whose copy lacks what it sees.
 */
import { copiesHealth, type CopiesSeen, planCopies, type PushesUnderWay } from '../domain/dataset/copies.ts';
import { keptTargets } from '../domain/dataset/keep.ts';
import type { NodeId } from '../domain/ids.ts';
import { given } from '../base/given.ts';
import { duty, type TreeSeen } from './duty.ts';

/** A look at a folder walks through all of it, so the daemon rests at least so long between two looks. */
const lookMsMin = 5_000;
/** The daemon is unwell while a look has been under way for longer. */
const lookMsMax = 60_000;

export interface KeptSeen extends Omit<CopiesSeen, 'wanted'> {
  readonly kept: readonly { readonly id: string; readonly targets: readonly NodeId[]; readonly tree: TreeSeen }[];
}

export const autoSync = duty({
  observe: async ({ model, config: { datasets, nodes }, lookAtTree }): Promise<KeptSeen> => {
    const kept = datasets.flatMap(({ id, path, keep }) => (path === undefined || keep === undefined ? [] : [{ id, path, keep }]));
    const looks = kept.map(async ({ id, path, keep }) => ({ id, targets: keptTargets(keep.to, nodes), tree: await lookAtTree(path) }));
    return { kept: await Promise.all(looks), copies: model.copies(), nodes: model.knownNodes().map(({ view }) => view) };
  },
  decide: decideSyncs,
});

export function decideSyncs({ kept, ...seen }: KeptSeen, memory: PushesUnderWay | undefined, nowMs: number) {
  const wanted = kept.flatMap(({ id, targets, tree }) => ('version' in tree ? [{ dataset: id, version: tree.version, targets }] : []));
  const plan = planCopies({ ...seen, wanted }, memory, nowMs);
  const health = copiesHealth(plan);
  const looking = kept.flatMap(({ id, tree }) => ('lookingMs' in tree ? [{ id, ms: tree.lookingMs }] : []));
  const unread = [
    ...kept.flatMap(({ id, tree }) => ('failure' in tree ? [`${id}: ${tree.failure.message} (${tree.failure.code})`] : [])),
    ...looking.flatMap(({ id, ms }) => (ms > lookMsMax ? [`${id}: the look at its folder has not ended for ${Math.round(ms / 1_000)} s`] : [])),
  ];
  const restMs = looking.length > 0 ? lookMsMin : plan.restMs;
  return {
    health: {
      ...health,
      healthy: health.healthy && unread.length === 0,
      message: unread[0] ?? (kept.length === 0 ? 'no dataset of the cluster file has `keep`' : health.message),
    },
    memory: plan.memory,
    ...given({ restMs: restMs === undefined ? undefined : Math.max(restMs, lookMsMin) }),
    steps: plan.pushes.map((request) => ({ type: 'sync' as const, request })),
  };
}
