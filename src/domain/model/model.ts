/** A model by content. Without sha256 it is the random player that every pipeline starts with. */
export interface ModelRef {
  readonly id: string;
  readonly sha256?: string;
  readonly bytes?: number;
}

/** A trained model, before the ledger knows it. */
export interface NewModel {
  readonly pipeline: string;
  readonly turn: number;
  readonly sha256: string;
  readonly bytes: number;
  /** Digest of the training set. */
  readonly trainingSet: string;
  /** Id of the model that the training started from. */
  readonly parent: string;
  readonly seed: number;
  readonly payloadDigest: string;
}

export interface ModelView {
  readonly id: string;
  readonly pipeline: string;
  readonly turn: number;
  readonly sha256: string;
  readonly state: 'candidate' | 'champion' | 'retired' | 'rejected';
  readonly elo: number;
  readonly eloError: number;
  readonly trainingSet: string;
  readonly createdAtMs: number;
}

/** Returns a readable id. It differs when the same turn is trained again to another result. */
export const modelId = (pipeline: string, turn: number, sha256: string): string => `${pipeline}-${turn}-${sha256.slice(0, 8)}`;
export const randomPlayerId = (pipeline: string): string => `${pipeline}-random`;
