/**
 * ELO_SYNC gives the ratings of the models to each node with `ratings` in the cluster file. It writes the ratings to a file at home, and pushes the file to
 * each of these nodes that lacks the newest ratings, also to a node that comes back.
 */
import { given } from '../base/given.ts';
import { copiesHealth, type CopiesSeen, planCopies, type PushesUnderWay } from '../domain/dataset/copies.ts';
import { ratingsDataset } from '../domain/dataset/names.ts';
import { ratedModelsMax, ratingsFile } from '../domain/model/ratings-file.ts';
import { duty } from './duty.ts';

export const eloSync = duty({
  observe: async ({ model, config, keepRatings }): Promise<CopiesSeen> => {
    const targets = config.nodes.flatMap(({ id, ratings }) => (ratings === true ? [id] : []));
    const pipelines = model.knownPipelines().filter(({ name }) => config.pipelines.some((one) => one.name === name));
    const wanted =
      targets.length === 0 || pipelines.length === 0
        ? []
        : [{ dataset: ratingsDataset, targets, version: await keepRatings(ratingsFile(pipelines, model.models(ratedModelsMax))) }];
    return { wanted, copies: model.copies(), nodes: model.knownNodes().map(({ view }) => view) };
  },
  decide: decideRatings,
});

export function decideRatings(seen: CopiesSeen, memory: PushesUnderWay | undefined, nowMs: number) {
  const plan = planCopies(seen, memory, nowMs);
  const health = copiesHealth(plan);
  return {
    health: { ...health, message: seen.wanted.length === 0 ? 'no node of the cluster file has `ratings`, or there is no pipeline' : health.message },
    memory: plan.memory,
    ...given({ restMs: plan.restMs }),
    steps: plan.pushes.map((request) => ({ type: 'sync' as const, request })),
  };
}
