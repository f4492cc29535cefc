import { nearestName } from '../../base/nearest-name.ts';
import type { Fault } from '../fault/fault.ts';
import { type ClusterFileCheck, eachStage, present } from './checked-file.ts';

/** A node must have exactly one of `ssh`, `local` and `practice`. */
export const unclearConnections: ClusterFileCheck = (file) =>
  present(file.nodes).flatMap(({ entry, index }) => {
    const ways = (['ssh', 'local', 'practice'] as const).filter((way) => entry[way] !== undefined);
    if (ways.length === 1) return [];
    return [
      {
        path: ['nodes', index],
        ...(ways.length === 0
          ? { what: `node ${entry.id} has none of ssh, local and practice`, hint: 'ssh: { host: … }, local: true or practice: { port: 22101 }' }
          : { what: `node ${entry.id} has ${ways.join(' and ')}`, hint: 'only one of them' }),
      },
    ];
  });

/**
 * A stage may request only labels and slots that some node has. If a node did not pass the schema, nothing is checked, because that node may have the
 * requested labels and slots.
 */
export const unmetRequests: ClusterFileCheck = (file) => {
  if (file.nodes.includes(undefined)) return [];
  const nodes = present(file.nodes).map(({ entry }) => entry);
  const labels = [...new Set(nodes.flatMap((node) => node.labels))];
  return eachStage(file).flatMap(({ stage, path }): readonly Fault[] => {
    const unknown = stage.labels.flatMap((label, index) => (labels.includes(label) ? [] : [{ label, index }]));
    if (unknown.length > 0) {
      return unknown.map(({ label, index }) => {
        const near = nearestName(label, labels);
        return {
          path: [...path, 'labels', index],
          what: `no node has label ${label}`,
          hint: `${near === undefined ? '' : `${near}, or `}labels: [${label}] on a node`,
        };
      });
    }
    const fitting = nodes.filter((node) => stage.labels.every((label) => node.labels.includes(label)));
    if (fitting.length === 0)
      return [{ path: [...path, 'labels'], what: `no node has all of ${stage.labels.join(', ')}`, hint: 'adding them to one node' }];
    const most = Math.max(...fitting.map((node) => node.slots));
    return most >= stage.slots
      ? []
      : [{ path: [...path, 'slots'], what: `no fitting node has ${stage.slots} slots (the largest has ${most})`, hint: String(most) }];
  });
};
