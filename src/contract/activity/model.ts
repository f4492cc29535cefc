import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { ModelRef, NewModel } from '../../domain/model/model.ts';

export interface ModelLedgerActivities {
  /** Records a trained model as a candidate. */
  registerModel: (p: NewModel) => Promise<ModelRef>;
  /** Reserves `count` opening numbers that this pipeline has not used before. A repeat with the same key returns the same numbers. */
  allocateOpenings: (p: { readonly pipeline: string; readonly key: string; readonly count: number }) => Promise<{ readonly first: number }>;
  /** Records the verdict, the ratings and the champion in one transaction. A repeat changes nothing. */
  promote: (p: Evaluation) => Promise<{ readonly champion: ModelRef; readonly promoted: boolean }>;
}

export interface ModelGatewayActivities {
  /** Makes a folder at home with the champion's files. The folder can then be pushed as the dataset `champion-<pipeline>`. */
  stageChampion: (p: { readonly pipeline: string; readonly model: ModelRef }) => Promise<{ readonly dataset: string }>;
}
