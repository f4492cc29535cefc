/**
 * FEEDBACK_LOOP lets the results of the turns change the exploration, the games of a turn and the intensity of the training
 * (`src/domain/pipeline/feedback.ts`). Only pipelines with `feedback` in their entry have such values. The values stand in `elo.db`, and each turn takes
 * them when it begins.
 */
import type { DutyStep } from '../domain/daemon/work.ts';
import { type BatchFault, batchFaults } from '../domain/game/quality.ts';
import { adjustments, steeredConfig, steeredKeys, type SteeredValues, type TurnResult } from '../domain/pipeline/feedback.ts';
import type { PipelineConfig } from '../domain/pipeline/pipeline.ts';
import { duty } from './duty.ts';

/** The decision looks at this many results of a pipeline. */
const resultsRead = 2;

export interface SeenResults {
  readonly config: PipelineConfig;
  readonly reached: SteeredValues;
  /** The results of the newest turns, the newest first. */
  readonly results: readonly TurnResult[];
  /** The faults of the games of the newest of these turns. */
  readonly faults: readonly BatchFault[];
}

export const feedbackLoop = duty({
  observe: ({ model, config, countGames }): Promise<readonly SeenResults[]> =>
    Promise.all(
      config.pipelines
        .filter(({ feedback }) => feedback !== undefined)
        .map(async (pipeline) => {
          const { name } = pipeline;
          const results = model.turnResults(name, resultsRead);
          const [newest] = results;
          const faults = newest === undefined ? [] : batchFaults(await countGames(name, newest.turn), []);
          return { config: pipeline, reached: model.reachedValues(name), results, faults };
        }),
    ),
  decide: decideFeedback,
});

export function decideFeedback(seen: readonly SeenResults[]) {
  const steps = seen.flatMap(({ config, reached, results, faults }): DutyStep[] => {
    const changes = adjustments(config, reached, results, faults);
    const [newest] = results;
    return newest === undefined || changes.length === 0 ? [] : [{ type: 'adjust-values', pipeline: config.name, turn: newest.turn, changes }];
  });
  return {
    health: {
      healthy: true,
      message: seen.length === 0 ? 'every pipeline has fixed values' : `follows the results of ${seen.map(({ config }) => config.name).join(', ')}`,
      details: Object.fromEntries(seen.map((one) => [one.config.name, sayValues(one)])),
    },
    memory: undefined,
    // The next round shows the new values.
    ...(steps.length === 0 ? {} : { restMs: 1_000 }),
    steps,
  };
}

function sayValues({ config, reached }: SeenResults): string {
  const present = steeredConfig(config, reached);
  return steeredKeys.flatMap((key) => (config.feedback?.[key] === undefined ? [] : [`${key} ${present[key] ?? ''}`])).join(', ');
}
