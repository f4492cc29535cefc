import { pathText } from '../fault/fault.ts';
import { openListeners } from '../../domain/cluster/http-listeners.ts';
import { metricsPortOf } from '../schema/cluster-schema.ts';
import { type ClusterFileCheck, type Path, present } from './checked-file.ts';

/** Returns the second and every later place of equal values, each with the path of the first. */
function repeated(
  places: readonly { readonly value: string; readonly path: Path }[],
): readonly { readonly path: Path; readonly first: Path; readonly value: string }[] {
  const seen = new Map<string, Path>();
  return places.flatMap(({ value, path }) => {
    const first = seen.get(value);
    if (first !== undefined) return [{ path, first, value }];
    seen.set(value, path);
    return [];
  });
}

/** Names of nodes, datasets, pipelines, daemons and channels must each be unique. */
export const repeatedNames: ClusterFileCheck = (file) =>
  [
    { what: 'node', places: present(file.nodes).map(({ entry, index }) => ({ value: entry.id, path: ['nodes', index, 'id'] })) },
    { what: 'dataset', places: present(file.datasets).map(({ entry, index }) => ({ value: entry.id, path: ['datasets', index, 'id'] })) },
    { what: 'pipeline', places: present(file.pipelines).map(({ entry, index }) => ({ value: entry.name, path: ['pipelines', index, 'name'] })) },
    { what: 'daemon', places: present(file.daemons).map(({ entry, index }) => ({ value: entry.id, path: ['daemons', index, 'id'] })) },
    { what: 'channel', places: file.alerts.channels.map(({ id }, index) => ({ value: id, path: ['alerts', 'channels', index, 'id'] })) },
  ].flatMap(({ what, places }) =>
    repeated(places).map(({ path, first, value }) => ({
      path,
      also: [first],
      what: `${what} ${value} is there already (${pathText(first)})`,
      hint: 'another name',
    })),
  );

/** All ports are on this machine, so each must be unique. */
export const repeatedPorts: ClusterFileCheck = (file) =>
  repeated([
    { value: String(file.temporal.port), path: ['temporal', 'port'] },
    { value: String(file.temporal.uiPort), path: ['temporal', 'uiPort'] },
    { value: String(metricsPortOf(file.temporal)), path: ['temporal', 'metricsPort'] },
    ...openListeners(file.http).map(({ port, key }) => ({ value: String(port), path: ['http', key] })),
    ...present(file.nodes).flatMap(({ entry, index }) =>
      entry.practice === undefined ? [] : [{ value: String(entry.practice.port), path: ['nodes', index, 'practice', 'port'] }],
    ),
  ]).map(({ path, first, value }) => ({ path, also: [first], what: `port ${value} is taken by ${pathText(first)}`, hint: 'another port' }));
