import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

const node = { run: 'ringmaster node show {node}' };

/** The advice for the failure codes of nodes. */
export const nodeGuide = {
  'node.unknown': {
    meaning: 'The cluster has no node with this id. Nothing was changed.',
    next: [{ run: 'ringmaster node list' }],
  },
  'node.needed': {
    meaning: 'The node is the last one that some pending items could run on. Without it they would wait until a person acts, so nothing was changed.',
    next: [
      node,
      { run: 'ringmaster queue list --only pending' },
      { say: 'give another node the slots and labels that they need, or repeat the verb with --force' },
    ],
  },
  'node.foreign-owner': {
    meaning:
      'The folder on the node belongs to another cluster. The file called owner in the folder has the id of that cluster. Nothing was changed there. A cluster ' +
      'gets a new id when its state folder is made, so a cluster that was removed and made again is another cluster.',
    next: [
      { say: `give the node another ${clusterKey('folder')} in the cluster file, then start the cluster again`, run: 'ringmaster up' },
      { say: 'if that cluster no longer exists, run the command that the message names: it removes what that cluster left in the folder' },
    ],
  },
  'node.foreign-files': {
    meaning: 'The folder on the node has files, and no cluster made it. Ringmaster uses a folder of its own only. Nothing was changed there.',
    next: [{ say: `give the node a new or empty ${clusterKey('folder')} in the cluster file, then start the cluster again`, run: 'ringmaster up' }],
  },
  'node.no-folder': {
    meaning:
      'The folder on the node cannot be entered or made: the home folder of the login is not there, a file stands in the way, or the user lacks a right. ' +
      'Nothing was changed there.',
    next: [node, { say: `mend what the message names, or give the node another ${clusterKey('folder')} in the cluster file`, run: 'ringmaster up' }],
  },
  'node.other-machine': {
    meaning:
      'Another machine or another folder answers under the name of the node. Jobs may still run where the node was before, so nothing is started or judged ' +
      'at the new place. A node without open jobs moves to the new place by itself, and so does a node that is lost.',
    next: [
      node,
      { say: 'if the address or the folder in the cluster file is a mistake, mend it, then start the cluster again', run: 'ringmaster up' },
      { say: 'if the old machine is gone, give its jobs to other nodes; the node then moves', run: 'ringmaster node lost {node}' },
    ],
  },
  'node.shared-folder': {
    meaning:
      'Two nodes of the cluster file have one folder: they are one machine under two names, or two machines with one disk. Their slots add up on one ' +
      'machine, and a purge or a removal of one takes the files of the other.',
    next: [
      {
        say: `remove one of the two nodes, or give one of them another ${clusterKey('folder')} in the cluster file, then start the cluster again`,
        run: 'ringmaster up',
      },
    ],
  },
  'node.alive': {
    meaning: 'An operator wanted to declare a node lost that answers. Only a node that does not answer can be lost, so nothing was changed.',
    next: [node, { say: 'to take a node that answers out of service', run: 'ringmaster node drain {node}' }],
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
