import { nearestName } from '../../base/nearest-name.ts';
import { ratingsDataset } from '../../domain/dataset/names.ts';
import { keptDatasetsMax } from '../../domain/dataset/keep.ts';
import type { Fault } from '../fault/fault.ts';
import { type ClusterFileCheck, present } from './checked-file.ts';

/** A dataset is kept in step only with the origin `home`, and only on nodes and labels that the file has. The number of these datasets is bounded. */
export const keptDatasets: ClusterFileCheck = (file) => {
  const nodes = present(file.nodes).map(({ entry }) => entry);
  const known = [...new Set(nodes.flatMap(({ id, labels }) => [id, ...labels]))];
  // The ids and labels of a node that was not read are not known, so nothing is said about the names then.
  const also = [['nodes'], ...file.nodes.flatMap((_node, index) => ['id', 'labels'].map((key) => ['nodes', index, key]))];
  const kept = present(file.datasets).filter(({ entry }) => entry.keep !== undefined);
  const faults = kept.flatMap(({ entry: { origin, keep }, index }): readonly Fault[] => {
    const path = ['datasets', index, 'keep'];
    if (origin === 'node') return [{ path, also: [['datasets', index, 'origin']], what: 'means nothing for origin node', hint: 'leaving it out' }];
    return (keep?.to ?? []).flatMap((name, at): readonly Fault[] => {
      if (known.includes(name)) return [];
      const near = nearestName(name, known);
      return [{ path: [...path, 'to', at], also, what: `no node is called ${name} or has that label`, hint: near ?? `labels: [${name}] on a node` }];
    });
  });
  const over = kept[keptDatasetsMax];
  if (over === undefined) return faults;
  return [...faults, { path: ['datasets', over.index, 'keep'], what: `more than ${keptDatasetsMax} datasets have keep`, hint: 'leaving it out' }];
};

/** The ratings of the models are a dataset of Ringmaster. */
export const reservedDatasets: ClusterFileCheck = (file) =>
  present(file.datasets).flatMap(({ entry: { id }, index }): readonly Fault[] =>
    id === ratingsDataset ? [{ path: ['datasets', index, 'id'], what: `${id} is the dataset of the ratings`, hint: 'another name' }] : [],
  );
