import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { ModelRef, NewModel } from '../../domain/model/model.ts';

export interface ModelLedgerActivities {
  registerModel: (p: NewModel) => Promise<ModelRef>;
  /** Reserves `count` opening numbers that this pipeline never used before. The same key returns the same numbers. */
  allocateOpenings: (p: { readonly pipeline: string; readonly key: string; readonly count: number }) => Promise<{ readonly first: number }>;
  /** Records verdict, ratings and champion in one transaction. A repeat changes nothing. */
  promote: (p: Evaluation) => Promise<{ readonly champion: ModelRef; readonly promoted: boolean }>;
}

export interface ModelGatewayActivities {
  /** Makes a home folder with the champion's files, ready to be pushed as dataset `champion-<pipeline>`. */
  stageChampion: (p: { readonly pipeline: string; readonly model: ModelRef }) => Promise<{ readonly dataset: string }>;
}
