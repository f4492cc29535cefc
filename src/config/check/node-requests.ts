import { nearestName } from '../../base/nearest-name.ts';
import type { Fault } from '../fault/fault.ts';
import { hasOddBlank } from '../fault/odd-blanks.ts';
import { shown } from '../schema/key-faults.ts';
import { type ClusterFileCheck, eachStage, present } from './checked-file.ts';

/** A node must have exactly one of `ssh`, `local` and `practice`. */
export const unclearConnections: ClusterFileCheck = (file) =>
  present(file.nodes).flatMap(({ entry, index }) => {
    const ways = (['ssh', 'local', 'practice'] as const).filter((way) => entry[way] !== undefined);
    if (ways.length === 1) return [];
    return [
      {
        path: ['nodes', index],
        also: (['id', 'ssh', 'local', 'practice'] as const).map((key) => ['nodes', index, key]),
        ...(ways.length === 0
          ? { what: `node ${entry.id} has none of ssh, local and practice`, hint: 'ssh: { host: … }, local: true or practice: { port: 22101 }' }
          : { what: `node ${entry.id} has ${ways.join(' and ')}`, hint: 'only one of them' }),
      },
    ];
  });

/** `host` is the name of a machine, with a user before it or not. Everything else that ssh takes in that place has a key of its own. */
export const unclearHosts: ClusterFileCheck = (file) =>
  present(file.nodes).flatMap(({ entry, index }): readonly Fault[] => {
    if (entry.ssh === undefined) return [];
    const { host, user, port } = entry.ssh;
    const path = ['nodes', index, 'ssh', 'host'];
    const [, before, name = ''] = /^(?:(.*)@)?(.*)$/.exec(host) ?? [];
    const uri = /^ssh:\/\/(?:([^@/]*)@)?([^:/]+)(?::(\d+))?\/?$/.exec(host);
    if (uri !== null) {
      const [, itsUser = user, itsName = '', itsPort = port] = uri;
      const more = [itsUser === undefined ? '' : `, user: ${itsUser}`, itsPort === undefined ? '' : `, port: ${itsPort}`].join('');
      return [{ path, what: `${host} is an address of ssh and not a host`, hint: `ssh: { host: ${itsName}${more} }` }];
    }
    const [, alone, itsPort] = /^([^:]+):(\d+)$/.exec(name) ?? [];
    if (itsPort !== undefined)
      return [{ path, what: `${host} has a port, which is a key of its own`, hint: `ssh: { host: ${alone}, port: ${itsPort} }` }];
    if (name === '' || name.startsWith('-') || /\s/.test(name) || hasOddBlank(name))
      return [{ path, what: `${shown(host)} is no name of a host`, hint: 'gpu-1.example.org' }];
    if (before !== undefined && user !== undefined && before !== user)
      return [{ path, what: `${host} names the user ${before}, and user names ${user}`, hint: `host: ${name}` }];
    return [];
  });

/**
 * A stage may request only labels and slots that some node has. An unknown label is a fault of its own, and the slots are then compared with the nodes
 * that have the other labels.
 */
export const unmetRequests: ClusterFileCheck = (file) => {
  const nodes = present(file.nodes).map(({ entry }) => entry);
  const known = [...new Set(nodes.flatMap((node) => node.labels))];
  // The labels and slots of a node that was not read are not known, so nothing is said about requests then.
  const also = [['nodes'], ...file.nodes.flatMap((_node, index) => ['labels', 'slots'].map((key) => ['nodes', index, key]))];
  return eachStage(file).flatMap(({ stage, path }): readonly Fault[] => {
    const unknown = stage.labels.flatMap((label, index): readonly Fault[] => {
      if (known.includes(label)) return [];
      const near = nearestName(label, known);
      const hint = `${near === undefined ? '' : `${near}, or `}labels: [${label}] on a node`;
      return [{ path: [...path, 'labels', index], also, what: `no node has label ${label}`, hint }];
    });
    const labels = stage.labels.filter((label) => known.includes(label));
    const fitting = nodes.filter((node) => labels.every((label) => node.labels.includes(label)));
    if (fitting.length === 0)
      return [...unknown, { path: [...path, 'labels'], also, what: `no node has all of ${labels.join(', ')}`, hint: 'adding them to one node' }];
    const most = Math.max(...fitting.map((node) => node.slots));
    if (most >= stage.slots) return unknown;
    return [
      ...unknown,
      { path: [...path, 'slots'], also, what: `no fitting node has ${stage.slots} slots (the largest has ${most})`, hint: String(most) },
    ];
  });
};
