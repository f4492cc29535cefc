/**
 * Says whether the machine that answers under a node's name is the machine that answered before. A name is not a machine: the cluster file may point
 * elsewhere, an address may be given to another machine, and a machine may get a new installation.
 *
 * | this look, compared with the place that was accepted               | the place                                                      |
 * |--------------------------------------------------------------------|----------------------------------------------------------------|
 * | same boot, and the same folder                                     | the same                                                       |
 * | same boot, another folder id, same host name and path              | the same: a program has removed our files in the folder        |
 * | another boot, the same folder and the same machine id              | the same: the machine was restarted                            |
 * | anything else                                                      | another: the node counts as unreachable, and nothing acts there |
 *
 * A job that runs on the old machine is not absent because another machine does not know it. So every program on the node compares the key of the
 * accepted place (`library/enter.sh`) and does nothing at another place. The other place is accepted when the old one holds nothing any more:
 *
 * | the node                                                       | the other place                                                          |
 * |----------------------------------------------------------------|--------------------------------------------------------------------------|
 * | has no open job                                                | is accepted with the next record of the sweep                            |
 * | is lost, by the evidence of `grade.ts` or by `node lost`       | is accepted with the next look; the jobs were given to other nodes       |
 * | otherwise                                                      | is refused                                                               |
 */
import type { NodeId } from '../ids.ts';
import type { NodeGrade } from './remembered-grade.ts';
import type { ObservedNode } from './node.ts';

export interface NodePlace {
  readonly bootId: string;
  /** Random. The first look at a folder writes it into the folder. */
  readonly folderId: string;
  /** The content of /etc/machine-id. It is "-" when it cannot be read, and for a node at home, whose folder may move with the state folder. */
  readonly machineId: string;
  readonly host: string;
  /** The absolute path of the node's folder. */
  readonly path: string;
}

/** Returns the text that a program on the node compares, as `isSamePlace` does. `library/enter.sh` has its grammar. */
export const placeKey = ({ folderId, machineId, bootId, host, path }: NodePlace): string => `${folderId}/${machineId} ${bootId} ${host} ${path}`;

export function isSamePlace(before: NodePlace, now: NodePlace): boolean {
  const hasFolder = before.folderId === now.folderId;
  if (before.bootId === now.bootId) return hasFolder || (before.host === now.host && before.path === now.path);
  return hasFolder && (before.machineId === now.machineId || [before.machineId, now.machineId].includes('-'));
}

export const placeText = ({ host, bootId, path }: NodePlace): string => `${host} (boot ${bootId.slice(0, 8)}, folder ${path})`;

/** Returns the observation with the other place accepted, when another place answers and the node has no open job. Otherwise returns it as it is. */
export function withIdlePlace<View extends ObservedNode>(seen: View, hasOpenJob: boolean): View {
  const grade = gradeOf(seen);
  if (grade?.other === undefined || hasOpenJob) return seen;
  const { other, ...rest } = grade;
  return { ...seen, grade: { ...rest, place: other, bootId: other.bootId } };
}

/** Returns the accepted place of a node that the sweep has graded. */
export const acceptedPlace = (seen: ObservedNode): NodePlace | undefined => gradeOf(seen)?.place;

const gradeOf = (seen: ObservedNode & { readonly grade?: NodeGrade }): NodeGrade | undefined => seen.grade;

/** Returns, for each node whose folder another node has too, the other nodes. The two names then act in one folder. */
export function sharedFolders(
  views: readonly { readonly node: NodeId; readonly place?: NodePlace | undefined }[],
): ReadonlyMap<NodeId, readonly NodeId[]> {
  const byFolder = new Map<string, NodeId[]>();
  for (const { node, place } of views) if (place !== undefined) byFolder.set(place.folderId, [...(byFolder.get(place.folderId) ?? []), node]);
  const groups = [...byFolder.values()].filter(({ length }) => length > 1);
  return new Map(groups.flatMap((nodes) => nodes.map((node) => [node, nodes.filter((other) => other !== node)] as const)));
}
