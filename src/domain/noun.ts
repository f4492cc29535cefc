/**
 * The nouns of a cluster: the kinds of things that a person can ask about. `explain`, the CLI, the front page, the metrics and the refusals of the HTTP
 * server each have a total table over them, so the compiler names every place that a new noun needs. `id` is the form in which people write an id.
 */
export const nouns = {
  'failure-code': { id: 'a failure code such as job.hang' },
  item: { id: 'item' },
  job: { id: 'item/epoch' },
  turn: { id: 'pipeline/turn' },
  sync: { id: 'dataset/target' },
  node: { id: 'node' },
  pipeline: { id: 'pipeline' },
  model: { id: 'model' },
  process: { id: 'process' },
} as const satisfies Readonly<Record<string, { readonly id: string }>>;

export type Noun = keyof typeof nouns;
export const nounNames = Object.keys(nouns) as readonly Noun[];
