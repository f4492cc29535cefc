/**
 * MODEL_DISTRIBUTION gives each node the champion of each pipeline. The stage `distribute` of a turn makes the champion ready at home and notes its
 * version; the daemon pushes that version to each node that is alive and lacks it, also to a node that comes back or is added later.
 */
import { given } from '../base/given.ts';
import { copiesHealth, type CopiesSeen, planCopies, type PushesUnderWay } from '../domain/dataset/copies.ts';
import { championDataset } from '../domain/dataset/names.ts';
import type { PipelineView } from '../domain/pipeline/view.ts';
import { duty } from './duty.ts';
import { wakeTurns } from './stage-duty.ts';

export interface ChampionsSeen extends CopiesSeen {
  readonly pipelines: readonly Pick<PipelineView, 'name' | 'turn' | 'detail'>[];
}

export const modelDistribution = duty({
  observe: ({ model, config: { pipelines, nodes } }): ChampionsSeen => {
    const targets = nodes.map(({ id }) => id);
    const versions = model.homeVersions();
    const wanted = pipelines.flatMap(({ name }) => {
      const version = versions.get(championDataset(name));
      return version === undefined ? [] : [{ dataset: championDataset(name), version, targets }];
    });
    return { wanted, copies: model.copies(), nodes: model.knownNodes().map(({ view }) => view), pipelines: model.knownPipelines() };
  },
  decide: decideChampions,
});

export function decideChampions(seen: ChampionsSeen, memory: PushesUnderWay | undefined, nowMs: number) {
  const plan = planCopies(seen, memory, nowMs);
  const wakes = wakeTurns('MODEL_DISTRIBUTION', seen.pipelines);
  return {
    health: copiesHealth(plan),
    memory: plan.memory,
    ...given({ restMs: wakes.restMs ?? plan.restMs }),
    steps: [...wakes.steps, ...plan.pushes.map((request) => ({ type: 'sync' as const, request }))],
  };
}
