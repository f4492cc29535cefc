import type { Handlers } from '../handler.ts';
import { noSuch } from '../not-found.ts';

export const pipelineHandlers = {
  pipelines: async ({ reads }) => (await reads.status()).pipelines,
  pipeline: async ({ params, reads }) => {
    const { pipelines, models } = await reads.status();
    const pipeline =
      pipelines.find((one) => one.name === params.name) ??
      noSuch(
        'pipeline',
        params.name,
        pipelines.map((one) => one.name),
      );
    const stages = await reads.stages(params.name, pipeline.turn);
    return { ...pipeline, models: models.filter((model) => model.pipeline === params.name), stages };
  },
  models: async ({ reads }) => (await reads.status()).models,
} satisfies Partial<Handlers>;
