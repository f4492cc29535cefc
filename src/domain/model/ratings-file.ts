/** The ratings of the models, as the nodes with `ratings` get them: the file `ratings.json` of the dataset `ratingsDataset`. */
import { given } from '../../base/given.ts';
import { type ModelView, randomPlayerId } from './model.ts';

/** The file has at most this many models, the newest ones. */
export const ratedModelsMax = 1_000;

export interface RatedModel extends Pick<ModelView, 'turn' | 'sha256' | 'elo' | 'eloError'> {
  readonly model: string;
  readonly state: Exclude<ModelView['state'], 'candidate'>;
}

export interface PipelineRatings {
  readonly pipeline: string;
  /** Absent until a model of the pipeline has passed the gate. */
  readonly champion?: { readonly model: string; readonly elo: number };
  /** The models that the gate has rated, the newest first. The random player, with which every pipeline begins, has Elo 0. */
  readonly models: readonly RatedModel[];
}

export interface RatingsFile {
  readonly v: 1;
  readonly pipelines: readonly PipelineRatings[];
}

/** A pipeline with its champion. */
export interface Crowned {
  readonly name: string;
  readonly champion: string;
  readonly championElo: number;
}

/** Returns the ratings. The same ratings are always the same file, so the file has no time. `models` are the newest first. */
export const ratingsFile = (pipelines: readonly Crowned[], models: readonly ModelView[]): RatingsFile => ({
  v: 1,
  pipelines: pipelines
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, champion, championElo }) => ({
      pipeline: name,
      ...given({ champion: champion === randomPlayerId(name) ? undefined : { model: champion, elo: championElo } }),
      models: models.flatMap(({ id, pipeline, turn, sha256, state, elo, eloError }): readonly RatedModel[] =>
        pipeline !== name || state === 'candidate' ? [] : [{ model: id, turn, state, elo, eloError, sha256 }],
      ),
    })),
});
