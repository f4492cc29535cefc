import { RingmasterError } from '../domain/failure/error.ts';
import { clusterKey } from '../domain/cluster/cluster-key.ts';
import { clearCommand } from './clear-command.ts';
import type { NodeAddress } from './machine.ts';
import { exitStatus } from './script/exit-status.ts';
import { foreignFilesNote, foreignOwnerNote, otherPlaceNote } from './script/programs.ts';
import type { ShellResult } from './shell.ts';

/**
 * Returns the failure of a program that found a folder that is not the cluster's own, or another machine than before, or undefined. The program did nothing then, so the failure proves
 * that it started no job.
 */
export function foreignFolder(address: NodeAddress, { code, stderr }: ShellResult): RingmasterError | undefined {
  const { node, folder, owner } = address;
  const after = (note: string): string => stderr.slice(stderr.indexOf(note) + note.length).split('\n')[0] ?? '';
  const other = `another ${clusterKey('folder')} for node ${node} in the cluster file`;
  if (code === exitStatus.foreignOwner && stderr.includes(foreignOwnerNote)) {
    const [id = '', ...words] = after(foreignOwnerNote).split(' ');
    const says = words.join(' ') || `with the id ${id}`;
    return new RingmasterError('node.foreign-owner', {
      cannot: `use the folder ${folder} on ${node}`,
      because: `it belongs to another cluster: ${says}. This cluster is ${owner.says}`,
      hint: { say: `${other}. If the other cluster no longer exists, this command clears its folder: ${clearCommand(address, id)}` },
      fields: { node, folder, owner: says, ownerId: id, unstarted: true },
    });
  }
  if (code === exitStatus.foreignFiles && stderr.includes(foreignFilesNote)) {
    const found = after(foreignFilesNote);
    return new RingmasterError('node.foreign-files', {
      cannot: `use the folder ${folder} on ${node}`,
      because: `no cluster made it, and it is not empty: it contains ${found}`,
      hint: { say: `${other} that is new or empty, such as ${folder === '.' ? '' : `${folder}/`}ringmaster` },
      fields: { node, folder, found, unstarted: true },
    });
  }
  if (code === exitStatus.otherPlace && stderr.includes(otherPlaceNote)) {
    const host = after(otherPlaceNote);
    return new RingmasterError('node.other-machine', {
      cannot: `act on node ${node}`,
      because: `another machine or folder answers now (${host}, ${folder}), and jobs may still run where the node was before`,
      hint: {
        say: `pointing the cluster file at the old machine again. If the old machine is gone, this gives its jobs to other nodes`,
        run: `ringmaster node lost ${node}`,
      },
      fields: { node, folder, host, unstarted: true },
    });
  }
  return undefined;
}
