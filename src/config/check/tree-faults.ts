/**
 * Checks that no payload and no dataset holds a folder that the cluster itself fills. Its files change all the time, so such a tree could never be copied
 * as it is, and every node would get the ledgers and the keys. The check reads the disk and follows symbolic links.
 */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { Fault } from '../fault/fault.ts';
import { present } from './checked-file.ts';
import type { DiskCheck } from './disk-faults.ts';
import { isWithin, realPath } from './state-folder-faults.ts';

const code = 'config.state-folder' as const;

export const treesWithOurFolders: DiskCheck = (file, disk): readonly Fault[] => {
  const state = realPath(disk.resolve(file.state));
  const ours = [
    { what: 'the state folder', path: state, fix: (tree: string) => `state: ${join(dirname(tree), `${basename(tree)}-state`)}` },
    ...present(file.nodes).flatMap(({ entry }) =>
      entry.local === true && entry.folder !== undefined && isAbsolute(entry.folder)
        ? [{ what: `the folder of node ${entry.id}`, path: realPath(entry.folder), fix: () => `leaving out ${clusterKey('folder')} of the node` }]
        : [],
    ),
  ];
  const faultOf = (path: Fault['path'], folder: string): readonly Fault[] => {
    const tree = realPath(folder);
    // A tree that is the state folder itself, or lies in it, is a fault of the state folder.
    const held = isWithin(tree, state) ? undefined : ours.find((one) => isWithin(one.path, tree));
    if (held === undefined) return [];
    const what = `${tree} holds ${held.what} ${held.path}, and everything in it is sent to the nodes`;
    return [{ path, what, hint: `${held.fix(tree)}, or a folder below it that has only what the nodes need`, code }];
  };
  return [
    ...present(file.pipelines).flatMap(({ entry, index }) => faultOf(['pipelines', index, 'payload'], disk.resolve(entry.payload))),
    ...present(file.datasets).flatMap(({ entry, index }) =>
      entry.path === undefined ? [] : faultOf(['datasets', index, 'path'], disk.resolve(entry.path)),
    ),
  ];
};
