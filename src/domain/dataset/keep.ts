import type { NodeId } from '../ids.ts';

/** At most this many datasets are kept in step. */
export const keptDatasetsMax = 100;

/** Returns the nodes that the key `keep.to` of a dataset names: by their ids, or by a label that they have. */
export const keptTargets = (
  to: readonly string[],
  nodes: readonly { readonly id: NodeId; readonly labels: readonly string[] }[],
): readonly NodeId[] => nodes.flatMap(({ id, labels }) => (to.includes(id) || labels.some((label) => to.includes(label)) ? [id] : []));
