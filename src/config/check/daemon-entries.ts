/** Faults of `daemons`: where a daemon runs, what it needs, and how its health is checked. */
import { nearestName } from '../../base/nearest-name.ts';
import { isDaemonItem } from '../../domain/daemon/daemon-item.ts';
import type { Fault } from '../fault/fault.ts';
import { type CheckedFile, type ClusterFileCheck, type Path, present } from './checked-file.ts';
import type { DaemonEntry } from '../schema/daemon-entry.ts';

const eachDaemon = (file: CheckedFile): readonly { readonly daemon: DaemonEntry; readonly path: Path }[] =>
  present(file.daemons).map(({ entry, index }) => ({ daemon: entry, path: ['daemons', index] }));

const orNear = (name: string, known: readonly string[], other: string): string => nearestName(name, known) ?? known[0] ?? other;

/** A daemon has a node or labels, and at least one node must have them. */
export const homelessDaemons: ClusterFileCheck = (file) => {
  const nodes = present(file.nodes).map(({ entry }) => entry);
  const ids = nodes.map(({ id }) => id);
  const also = [['nodes'], ...file.nodes.flatMap((_node, index) => ['id', 'labels'].map((key) => ['nodes', index, key]))];
  return eachDaemon(file).flatMap(({ daemon: { id, node, labels }, path }): readonly Fault[] => {
    if ((node === undefined) === (labels.length === 0)) {
      const both = node !== undefined;
      return [
        {
          path: both ? [...path, 'labels'] : path,
          also: [path, ...['id', 'node', 'labels'].map((key) => [...path, key]), ...(ids.length === 0 ? [] : [['nodes', 0, 'id']])],
          what: `daemon ${id} has ${both ? 'a node and labels' : 'neither a node nor labels'}`,
          hint: both ? 'only one of them' : `node: ${ids[0] ?? 'gpu-1'}`,
        },
      ];
    }
    if (node !== undefined)
      return ids.includes(node)
        ? []
        : [{ path: [...path, 'node'], also, what: `no node is called ${node}`, hint: orNear(node, ids, 'the id of a node') }];
    if (nodes.some((one) => labels.every((label) => one.labels.includes(label)))) return [];
    const known = [...new Set(nodes.flatMap((one) => one.labels))];
    const unknown = labels.find((label) => !known.includes(label));
    if (unknown === undefined)
      return [{ path: [...path, 'labels'], also, what: `no node has all of ${labels.join(', ')}`, hint: 'adding them to one node' }];
    const near = nearestName(unknown, known);
    return [
      {
        path: [...path, 'labels', labels.indexOf(unknown)],
        also,
        what: `no node has label ${unknown}`,
        hint: `${near === undefined ? '' : `${near}, or `}labels: [${unknown}] on a node`,
      },
    ];
  });
};

/** The items of a pipeline begin with its name, and those of command daemons with `daemon.`. */
export const reservedPipelines: ClusterFileCheck = (file) =>
  present(file.pipelines).flatMap(({ entry: { name }, index }): readonly Fault[] =>
    isDaemonItem(`${name}.`)
      ? [{ path: ['pipelines', index, 'name'], what: `the items of a pipeline called ${name} would have the ids of daemons`, hint: 'another name' }]
      : [],
  );

/** A daemon may need only other daemons of the file, and no two may need each other. */
export const unmetNeeds: ClusterFileCheck = (file) => {
  const all = eachDaemon(file);
  const ids = all.map(({ daemon }) => daemon.id);
  const needsOf = new Map(all.map(({ daemon }) => [daemon.id, daemon.needs]));
  const also = file.daemons.map((_one, index) => ['daemons', index, 'id']);
  return all.flatMap(({ daemon: { id, needs }, path }) =>
    needs.flatMap((name, index): readonly Fault[] => {
      const at = [...path, 'needs', index];
      if (!ids.includes(name))
        return [
          {
            path: at,
            also,
            what: `no daemon of this file is called ${name}`,
            hint: orNear(
              name,
              ids.filter((one) => one !== id),
              'leaving it out',
            ),
          },
        ];
      const circle = circleOf(id, name, needsOf);
      // The daemon that stands first in the file has the fault of its circle.
      if (circle === undefined || circle.some((one) => ids.indexOf(one) < ids.indexOf(id))) return [];
      return [{ path: at, also, what: `the daemons ${[...circle, id].join(' → ')} need each other in a circle`, hint: 'leaving one of them out' }];
    }),
  );
};

/** Returns the shortest circle that begins with the need of `id` for `name`. */
function circleOf(id: string, name: string, needsOf: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const open: (readonly string[])[] = [[id, name]];
  const seen = new Set<string>();
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const last = path.at(-1) ?? id;
    if (last === id) return path.slice(0, -1);
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of needsOf.get(last) ?? []) open.push([...path, next]);
  }
  return undefined;
}

/** A health check asks one question, and its answer must be able to come in time. */
export const impossibleHealth: ClusterFileCheck = (file) =>
  eachDaemon(file).flatMap(({ daemon: { health }, path }): readonly Fault[] => {
    if (health === undefined) return [];
    const at = [...path, 'health'];
    const asked = (['command', 'http', 'file'] as const).filter((key) => health[key] !== undefined);
    if (asked.length !== 1)
      return [
        {
          path: at,
          also: (['command', 'http', 'file'] as const).map((key) => [...at, key]),
          what: asked.length === 0 ? 'asks nothing' : `has ${asked.join(' and ')}`,
          hint: asked.length === 0 ? 'command, http or file' : 'only one of them',
        },
      ];
    const faults: Fault[] = [];
    if (health.fresh !== undefined && health.file === undefined)
      faults.push({ path: [...at, 'fresh'], what: 'is only for a file', hint: 'leaving it out' });
    if (health.within > health.every)
      faults.push({
        path: [...at, 'within'],
        also: [[...at, 'every']],
        what: 'is longer than every, so checks would overlap',
        hint: 'no more than every',
      });
    return faults;
  });
