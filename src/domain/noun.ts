/**
 * The nouns of a cluster: the kinds of things about which a person can ask. `explain`, the CLI, the front page, the metrics and the refusals of the
 * HTTP server each have a total table over the nouns. So the compiler reports every place where a new noun needs a row. `id` is the form in which
 * people write the id of a thing of this kind. `prefix` is the word that Temporal and scripts put before the id: `job/item/epoch`.
 */
export const nouns = {
  'failure-code': { id: 'a failure code such as job.hang' },
  item: { id: 'item', prefix: 'item' },
  job: { id: 'item/epoch', prefix: 'job' },
  turn: { id: 'pipeline/turn', prefix: 'generation' },
  sync: { id: 'dataset/target', prefix: 'sync' },
  node: { id: 'node', prefix: 'node' },
  pipeline: { id: 'pipeline', prefix: 'pipeline' },
  model: { id: 'model' },
  process: { id: 'process' },
  daemon: { id: 'daemon', prefix: 'daemon' },
} as const satisfies Readonly<Record<string, { readonly id: string; readonly prefix?: string }>>;

export type Noun = keyof typeof nouns;
export const nounNames = Object.keys(nouns) as readonly Noun[];

/** Returns an id without the noun that may stand before it. */
export function bareId(text: string): string {
  const prefix = Object.values(nouns).find((row) => 'prefix' in row && text.startsWith(`${row.prefix}/`));
  return prefix === undefined ? text : text.slice(text.indexOf('/') + 1);
}
