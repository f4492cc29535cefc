/** A reference to a model by content. A reference without `sha256` is the random player, with which every pipeline starts. */
export interface ModelRef {
  readonly id: string;
  readonly sha256?: string;
  readonly bytes?: number;
}

/** A trained model that is not yet in the ledger. */
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

export const modelStates = ['candidate', 'champion', 'retired', 'rejected'] as const;

export interface ModelView {
  readonly id: string;
  readonly pipeline: string;
  readonly turn: number;
  readonly sha256: string;
  readonly state: (typeof modelStates)[number];
  readonly elo: number;
  readonly eloError: number;
  readonly trainingSet: string;
  readonly createdAtMs: number;
}

/** Returns a readable id. When the same turn is trained again with another result, the id differs. */
export const modelId = (pipeline: string, turn: number, sha256: string): string => `${pipeline}-${turn}-${sha256.slice(0, 8)}`;
export const randomPlayerId = (pipeline: string): string => `${pipeline}-random`;
