/**
 * Checks that no two nodes have the same folder on the same machine. The two nodes would act in one folder: each would find the other's jobs and
 * replicas. The check knows only what the file says. `src/domain/node/place.ts` finds a machine under two names.
 */
import { isAbsolute, join, posix } from 'node:path';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { pathText } from '../fault/fault.ts';
import type { NodeEntry } from '../schema/node-entry.ts';
import { type CheckedFile, present } from './checked-file.ts';
import type { Disk, DiskCheck } from './disk-faults.ts';
import { isWithin, realPath } from './state-folder-faults.ts';

interface Place {
  readonly machine: string;
  readonly folder: string;
}

export const repeatedPlaces: DiskCheck = (file, disk) => {
  const nodes = present(file.nodes).flatMap(({ entry, index }) => {
    const place = placeOf(entry, file, disk);
    return place === undefined ? [] : [{ entry, index, place }];
  });
  return nodes.flatMap(({ entry, index, place }, at) => {
    const first = nodes.slice(0, at).find((before) => before.entry.id !== entry.id && overlaps(before.place, place));
    if (first === undefined) return [];
    const path = ['nodes', index, ...(entry.folder === undefined ? [] : ['folder'])];
    const hint = `another folder, such as folder: ${entry.local === undefined ? `ringmaster/${file.cluster}-${entry.id}` : `nodes/${entry.id}`}`;
    const also = ['nodes', first.index];
    const restsOn = [index, first.index].flatMap((node) => ['host', 'port', 'user'].map((key) => ['nodes', node, 'ssh', key]));
    return [
      {
        path,
        also: [also, ...restsOn],
        what: `the folder of node ${entry.id} is on the same machine ${relation(first.place, place)} ${pathText(also)}`,
        hint,
      },
    ];
  });
};

const overlaps = (a: Place, b: Place): boolean => a.machine === b.machine && (isWithin(a.folder, b.folder) || isWithin(b.folder, a.folder));

const relation = (first: Place, second: Place): string =>
  first.folder === second.folder ? 'the folder of' : isWithin(second.folder, first.folder) ? 'in the folder of' : 'around the folder of';

/** Returns undefined for a practice node, which has a home folder of its own, and for an entry with another fault. */
function placeOf({ id, ssh, local, practice, folder }: NodeEntry, { cluster, state }: CheckedFile, disk: Disk): Place | undefined {
  if (practice !== undefined) return undefined;
  if (local !== undefined) {
    const root = disk.resolve(state);
    const path = folder === undefined ? statePaths(root).node(id) : isAbsolute(folder) ? folder : join(root, folder);
    return { machine: 'local', folder: withoutSlash(realPath(path)) };
  }
  if (ssh === undefined) return undefined;
  const { host, port = '', user = '' } = ssh;
  return {
    machine: JSON.stringify([host.toLowerCase(), port, user]),
    folder: withoutSlash(posix.normalize(folder?.replace(/^~\//, '') ?? `ringmaster/${cluster}`)),
  };
}

const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
