import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import { alertGuide } from './alert-guide.ts';
import { daemonGuide } from './daemon-guide.ts';
import { doorGuide } from './door-guide.ts';
import { eventGuide } from './event-guide.ts';
import { classOf, type FailureClass, type FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';
import { httpGuide } from './http-guide.ts';
import { ledgerGuide } from './ledger-guide.ts';
import { jobGuide } from './job-guide.ts';
import { limitsGuide } from './limits-guide.ts';
import { nodeGuide } from './node-guide.ts';
import { pipelineGuide } from './pipeline-guide.ts';
import { transportGuide } from './transport-guide.ts';
import { workerGuide } from './worker-guide.ts';

/** The consequence of each class of failure. Only Temporal retries, and it retries only the first two classes. */
export const classGuide = {
  transient: 'can pass by itself: Temporal tries the same step again, with growing pauses',
  throttled: 'a limit was reached: Temporal tries the same step again, with growing pauses',
  'node-fault': 'this node could not do it: the item goes back to the queue while it has tries left, and prefers another node',
  data: 'the bytes are wrong: the step is not repeated; an item goes back to the queue while it has tries left, and prefers another node',
  configuration: 'a person must change something first: neither the step nor the item is tried again',
  defect:
    'a bug, in the payload or in Ringmaster: the step is not repeated; an item goes back to the queue while it has tries left, and prefers another node',
  cancelled: 'a person or a workflow asked for the end: not repeated',
} as const satisfies Record<FailureClass, string>;

const doctor = { run: 'ringmaster doctor' };
const syncList = { run: 'ringmaster sync list' };
const syncAgain = { run: 'ringmaster sync run {dataset} {target}' };
const suspectHardware = (where: string): Hint => ({ say: `if it happens again, look at the memory and the disk of ${where} (dmesg, smartctl)` });

/** The guide has advice for every failure code. If a code had no advice, the guide would not compile. */
export const failureGuide = {
  ...doorGuide,
  ...transportGuide,
  ...workerGuide,
  ...eventGuide,
  ...alertGuide,
  'sync.disk-full': {
    meaning: 'The target has no room for the dataset. Nothing was swapped in: the old replica is complete.',
    next: [{ say: 'free space on {target} (df -h), then sync again', run: syncAgain.run }],
  },
  'sync.interrupted': {
    meaning: 'A transfer broke off. The old replica is complete. The transfer continues from the bytes that arrived.',
    next: [syncList],
  },
  'sync.corrupt': {
    meaning: 'The bytes that arrived have another digest than the source. They were not swapped in.',
    next: [syncAgain, suspectHardware('both machines')],
  },
  'sync.source-missing': {
    meaning: 'The dataset is not where it is to be read from.',
    next: [{ say: `check ${clusterKey('datasets.path')} in the cluster file, and that the folder is there` }],
  },
  'sync.permission': {
    meaning: 'The login on the node may not read or write the dataset.',
    next: [{ say: 'check the owner and the mode of the folder that the message names' }],
  },
  'sync.tree-refused': {
    meaning:
      'The folder has something that no copy can carry as it is: a link that leads out of the folder, a socket, a named pipe, a device, a file that the user ' +
      'of Ringmaster may not read, a path that is too long, or too many files. The message names it. Nothing was sent.',
    next: [{ say: 'change what the message names; docs/payload.md lists what a folder may have' }],
  },
  'sync.source-changing': {
    meaning: 'Files of the folder changed during each of several copies. The message names them. The old version is complete.',
    next: [{ say: 'let the writer finish, or write to another place and rename the finished files into the folder' }],
  },
  ...jobGuide,
  'queue.unknown-item': { meaning: 'The ledger has no item with this id.', next: [{ run: 'ringmaster queue list' }] },
  'queue.conflict': {
    meaning:
      'There is an item with this id and another specification, or an item with an output that would be the same file of a dataset: such a file is called ' +
      '<item>.<path of the output>. Nothing was changed.',
    next: [{ run: 'ringmaster queue show {item}' }, { say: 'choose another id' }],
  },
  'queue.full': {
    meaning: 'The queue is at its limit and takes no more for now.',
    next: [{ run: 'ringmaster queue list --only pending' }, { say: 'add nodes or slots, or wait' }],
  },
  'ratings.conflict': {
    meaning:
      'The evaluation or the allocation does not fit the ledger of ratings, for example because another model is champion now. Nothing was recorded.',
    next: [{ run: 'ringmaster pipeline show {pipeline}' }],
  },
  ...ledgerGuide,
  ...daemonGuide,
  ...nodeGuide,
  ...pipelineGuide,
  'config.state-folder': {
    meaning:
      'The state folder is not a folder of its own: it holds the cluster file, a payload, a home or other files that no cluster made. Nothing was started. ' +
      'A cluster fills its state folder, and `down --purge` removes what it put there.',
    next: [{ say: `name a new or empty folder with ${clusterKey('state')} in the cluster file, then start the cluster`, run: 'ringmaster up' }],
  },
  'config.state-place': {
    meaning:
      'The state folder is in another place than the one for which the id of its cluster was made, on another machine, on a clone of the machine, or in a copied folder; or it cannot become a cluster of its own, ' +
      "for the reason in the message. Nothing was started or stopped. Two folders with one id are two clusters that end each other's jobs.",
    next: [
      { say: 'if the folder in the other place is gone, or never starts again', run: 'ringmaster up --moved' },
      { say: 'if both folders are to run, make this one a cluster of its own', run: 'ringmaster up --copied' },
      { say: 'if this copy is not needed, remove its folder' },
      { say: 'if the folder is refused at each start of a container or a machine, name the machine with RINGMASTER_MACHINE (docs/operations.md)' },
    ],
  },
  'config.invalid': {
    meaning: 'The cluster file, or a request, is not valid. Nothing was changed.',
    next: [{ say: 'correct the faults that the message lists; it lists all of them' }],
  },
  'setup.addon': {
    meaning:
      'A native addon of the npm packages was built for another version of Node, or is missing or damaged. Processes that need it would only end again and again, so nothing was started.',
    next: [
      { say: 'in the folder of Ringmaster, run the set-up with the Node that you want to use; it builds the addon', run: 'node scripts/setup.mjs' },
      { say: 'or use the Node that the addon was built for' },
    ],
  },
  'server.unavailable': {
    meaning: 'The Temporal server does not answer. Nothing is lost: all workers wait for it.',
    next: [{ run: 'ringmaster status' }, { run: 'ringmaster up' }],
  },
  'server.stopping': {
    meaning: 'Another command stops this cluster at this moment, so it cannot be started yet. Nothing was started.',
    next: [{ say: 'wait until that command has ended', run: 'ringmaster up' }],
  },
  'server.port-busy': {
    meaning: 'Another program listens on a port that we need.',
    next: [{ say: 'find the program, and stop it or change the port in the cluster file', run: 'ss -ltnp' }, doctor],
  },
  'server.foreign-namespace': {
    meaning:
      'Another cluster uses the namespace of the Temporal server. The workflows of two clusters have the same ids, so each needs a namespace of its own.',
    next: [{ say: `give the cluster another ${clusterKey('temporal.namespace')} in the cluster file, then start it`, run: 'ringmaster up' }],
  },
  'server.database': {
    meaning:
      'The database of the own Temporal server is damaged, so the server does not start. The ledgers do not need it: with a new database, pending items run, and each pipeline goes on with its ' +
      'turn. The histories of workflows are lost. A file on which no server was ever ready is removed without a question.',
    next: [{ say: 'move the database away, as the message says, then start the cluster', run: 'ringmaster up' }],
  },
  'server.not-found': {
    meaning: 'There is no Temporal server program on this machine.',
    next: [
      {
        say: 'let npm start fetch one; or install the Temporal CLI and set TEMPORAL_CLI_PATH; or set TEMPORAL_ADDRESS to a server that runs, at the first start',
        run: 'npm start',
      },
      doctor,
    ],
  },
  ...limitsGuide,
  ...httpGuide,
  'internal.defect': {
    meaning: 'Ringmaster met a situation that its code does not expect.',
    next: [{ say: 'look at <state>/logs, try again, and report it if it happens again' }],
  },
} as const satisfies Record<FailureCode, FailureAdvice>;

export const adviceFor = (code: FailureCode): FailureAdvice & { readonly class: FailureClass; readonly fate: string } => ({
  ...failureGuide[code],
  class: classOf(code),
  fate: classGuide[classOf(code)],
});
