export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One metric of the cluster. `of` reads its samples from the cluster's numbers. */
export interface Family<Numbers> {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** The labels of each sample. Ids of nodes, items and models are no labels, because there can be thousands of them. */
  readonly labels: readonly string[];
  readonly of: (numbers: Numbers) => readonly Sample[];
}
