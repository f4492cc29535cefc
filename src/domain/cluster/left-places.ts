import { given } from '../../base/given.ts';
import type { NodeId } from '../ids.ts';
import type { ClusterConfig, NodeConfig } from './cluster.ts';

/** A node's folder that the cluster has used and that the cluster file no longer names. `down --purge` clears it. */
export type LeftPlace = Pick<NodeConfig, 'folder' | 'connect' | 'limits'> & { readonly id: NodeId };

/** More places are not remembered. The newest ones are kept. */
const leftPlacesMax = 200;

/** Returns the places that a cluster has used before, and those of its last configuration, without the places of this configuration. */
export function leftPlaces(
  before: { readonly config: ClusterConfig; readonly left?: readonly LeftPlace[] } | undefined,
  { nodes }: Pick<ClusterConfig, 'nodes'>,
): readonly LeftPlace[] {
  // A practice node is removed whole, with its home.
  const used = (before?.config.nodes ?? []).filter(({ practice }) => practice === undefined);
  const places = [
    ...(before?.left ?? []),
    ...used.map(({ id, folder, connect, limits }): LeftPlace => ({ id, folder, connect, ...given({ limits }) })),
  ];
  const present = new Set(nodes.map(keyOf));
  return [...new Map(places.map((place) => [keyOf(place), place])).values()].filter((place) => !present.has(keyOf(place))).slice(-leftPlacesMax);
}

/** Returns a text that is equal for entries of one folder on one machine. The files of keys do not matter. */
const keyOf = ({ folder, connect }: Pick<NodeConfig, 'folder' | 'connect'>): string =>
  JSON.stringify(connect.type === 'local' ? [folder] : [folder, connect.host, connect.port ?? null, connect.user ?? null]);
