import { classOf, type FailureClass, type FailureCode } from '../../domain/failure/table.ts';

/** What a code means and what a person can do. `{node}`, `{item}` … stand for the failure's fields; without the field they read `<node>`. */
export interface FailureAdvice {
  readonly meaning: string;
  readonly next: readonly string[];
}

/** What becomes of a failure of each class; only Temporal retries, and only the first two. */
export const classGuide = {
  transient: 'may pass by itself: Temporal tries the same step again, with growing pauses',
  throttled: 'a limit said "later": Temporal tries the same step again, with growing pauses',
  'node-fault': 'this node could not do it: the item goes back to the queue while it has tries left, and should go elsewhere',
  data: 'the bytes are wrong: the step is not repeated by itself; an item goes back to the queue while it has tries left, elsewhere if it can',
  configuration: 'a person must change something first: neither the step nor the item is tried again',
  defect:
    'a bug, in the payload or in Ringmaster: the step is not repeated by itself; an item goes back to the queue while it has tries left, elsewhere if it can',
  cancelled: 'somebody asked for it: not repeated',
} as const satisfies Record<FailureClass, string>;

const logs = 'bin/ringmaster job logs {item}/{epoch}';
const node = 'bin/ringmaster node show {node}';
const doctor = 'bin/ringmaster doctor';

/** Total: the compiler complains when a code has no advice. */
export const failureGuide = {
  'transport.unreachable': {
    meaning: 'No connection to the node could be made. Unreachable is not failed: its jobs may well be running, and are not started elsewhere.',
    next: [node, 'ssh to the node by hand with the same user and port; look at its network and sshd'],
  },
  'transport.connection-lost': {
    meaning: 'A connection to the node broke in the middle. What ran on the node goes on; the watcher connects again.',
    next: [node],
  },
  'transport.busy': {
    meaning: 'The node or a limit of ours took no more connections at this moment (sshd drops unauthenticated ones at random above MaxStartups).',
    next: ['raise MaxStartups and MaxSessions in the sshd_config of the node if this returns'],
  },
  'transport.timeout': {
    meaning: 'The other side accepted and then did not answer within the limit.',
    next: [node, 'look at the load and the disk of the node: a process in state D blocks its shell'],
  },
  'transport.cancelled': {
    meaning:
      'A command or a copy was cut off because the process of ours that ran it was stopping. This says nothing about the item: the step is repeated.',
    next: ['nothing to do while Temporal repeats the step', node],
  },
  'transport.host-key-unknown': {
    meaning: 'The host key of the node is not in the known_hosts file. Ringmaster never accepts a key on first sight.',
    next: [
      'compare the fingerprint with the one on the machine (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add it: ssh-keyscan HOST >> FILE',
      doctor,
    ],
  },
  'transport.host-key-changed': {
    meaning: 'The node shows another host key than known_hosts has: it was made anew, or somebody stands between.',
    next: ['find out which of the two before anything else', 'then remove the old key: ssh-keygen -R HOST -f FILE, and add the new one'],
  },
  'transport.authentication': {
    meaning: 'sshd refused our key or user.',
    next: [
      'ssh -i KEY USER@HOST true must work without a question',
      'check user and identityFile of the node in the cluster file, and authorized_keys on the node',
    ],
  },
  'transport.no-shell-tool': {
    meaning: 'A program Ringmaster needs on a node is missing (a POSIX shell, flock, rsync, sha256sum …).',
    next: ['install the tool named in the message on the node', doctor],
  },
  'transport.command': {
    meaning: 'A command of ours ran on the node and failed there.',
    next: [node, 'the message has its last words; try it on the node by hand'],
  },
  'sync.disk-full': {
    meaning: 'The target has no room for the dataset. Nothing was swapped: the old replica is whole.',
    next: ['free space on {target} (df -h), then bin/ringmaster sync run {dataset} {target}'],
  },
  'sync.interrupted': {
    meaning: 'A transfer broke off. It was written under a temporary name, so the old replica is whole; the transfer goes on from what arrived.',
    next: ['bin/ringmaster sync list'],
  },
  'sync.corrupt': {
    meaning: 'What arrived has another digest than the source. It was not swapped in.',
    next: ['bin/ringmaster sync run {dataset} {target}', 'if it returns: look at memory and disk of both machines (dmesg, smartctl)'],
  },
  'sync.source-missing': {
    meaning: 'The dataset is not where it should be read from.',
    next: ['check the path of the dataset in the cluster file, and that the folder is there'],
  },
  'sync.permission': {
    meaning: 'The login of the node may not read or write the dataset.',
    next: ['check owner and mode of the folder named in the message'],
  },
  'job.epoch-refused': {
    meaning: 'An older try at the item reported after a newer one was given out. It was refused and changed nothing: that is the fence at work.',
    next: ['nothing to do', 'bin/ringmaster explain {item}'],
  },
  'job.spawn-failed': {
    meaning: 'The program could not be started on the node (not found, not executable, no process left).',
    next: [logs, 'check the command of the stage in the cluster file, and that its interpreter is installed on {node}'],
  },
  'job.exit-code': {
    meaning: 'The program ended with an exit code other than 0.',
    next: [logs, 'run the payload by hand with the same seed and input/request.json'],
  },
  'job.killed': {
    meaning: 'A signal ended the program and it was not ours: the kernel (out of memory), a person, or a fault planted by the demo.',
    next: [logs, 'on the node: dmesg | grep -i -e oom -e killed', node],
  },
  'job.hang': {
    meaning: 'The program wrote nothing, neither stdout nor outputs, for longer than silentSecondsMax. It was stopped.',
    next: [logs, 'if it is only slow, let it print progress more often or raise silentSecondsMax of the stage'],
  },
  'job.timeout': {
    meaning: 'The program ran longer than runSecondsMax. It was stopped.',
    next: [logs, 'give each item less to do (gamesPerItem, pairsPerItem) or raise runSecondsMax of the stage'],
  },
  'job.no-output': {
    meaning: 'The program ended with 0 and left no manifest.json: an exit code alone is nothing.',
    next: [logs, 'see docs/payload.md: the manifest is written last, under a temporary name, and renamed'],
  },
  'job.bad-manifest': { meaning: 'manifest.json is not what docs/payload.md asks for.', next: [logs, 'compare the manifest with docs/payload.md'] },
  'job.bad-progress': {
    meaning: 'Three lines in a row on stdout were not progress objects.',
    next: [logs, 'let the program print free text on stderr'],
  },
  'job.corrupt-output': {
    meaning: 'A file named in the manifest has another size or digest than it says.',
    next: [logs, 'the payload must close its files before it writes the manifest', node],
  },
  'job.verify-failed': {
    meaning: 'The verify command of the stage did not accept the outputs.',
    next: [logs, 'run verify by hand in the job folder'],
  },
  'job.lost': {
    meaning:
      'The node was declared lost, on the evidence in the message, while the job ran there. Another try has a new epoch; should the old one come back, it is refused.',
    next: [node],
  },
  'job.rebooted': { meaning: 'The node was started anew while the job ran: its boot id changed.', next: [node, 'last -x reboot on the node'] },
  'job.disk-full': {
    meaning: 'The disk of the node was full while the job ran or its inputs arrived.',
    next: ['free space on {node} (df -h)', node],
  },
  'job.cancelled': {
    meaning: 'Somebody cancelled the item, and the program was stopped.',
    next: ['nothing to do; enqueue it again under another id if it is wanted after all'],
  },
  'job.stopped': {
    meaning: 'The program was ended by `down`. Nobody failed: the try does not count, and the item is pending again.',
    next: ['bin/ringmaster explain {item}'],
  },
  'queue.unknown-item': { meaning: 'The ledger has no item with this id.', next: ['bin/ringmaster queue list'] },
  'queue.conflict': {
    meaning: 'There is an item with this id and another specification. Nothing was changed.',
    next: ['bin/ringmaster queue show {item}', 'choose another id'],
  },
  'queue.full': {
    meaning: 'The queue is at its limit and takes no more for now.',
    next: ['bin/ringmaster queue list --only pending', 'add nodes or slots, or wait'],
  },
  'ratings.conflict': {
    meaning:
      'The evaluation does not fit the ledger of ratings: another model is champion now, or the candidate cannot be rated. Nothing was recorded.',
    next: ['bin/ringmaster pipeline show {pipeline}'],
  },
  'ledger.busy': {
    meaning: 'The SQLite file of the ledger was locked for longer than the limit, by another program: only the ledger worker writes it.',
    next: ['close other programs that hold the file: fuser <state>/data/*.db'],
  },
  'ledger.disk-full': {
    meaning: 'The disk under the state folder is full. Nothing is lost; everything waits.',
    next: ['free space (df -h), it goes on by itself'],
  },
  'ledger.corrupt': {
    meaning: 'SQLite found damage in a ledger file.',
    next: ['bin/ringmaster down, keep a copy of <state>/data, restore the newest backup', doctor],
  },
  'ledger.newer-schema': {
    meaning: 'The ledger was written by a newer Ringmaster.',
    next: ['run that newer version; an older one never writes such a file'],
  },
  'node.unknown': {
    meaning: 'The cluster has no node with this id; nothing was changed.',
    next: ['bin/ringmaster node list'],
  },
  'node.needed': {
    meaning: 'The node is the last one that some pending items could run on. Without it they would wait until a person acts, so nothing was changed.',
    next: [
      node,
      'bin/ringmaster queue list --only pending',
      'give another node the slots and labels that they need, or repeat the verb with --force',
    ],
  },
  'pipeline.stage-failed': {
    meaning: 'A stage of the pipeline ended in an answer that another try would not change.',
    next: ['bin/ringmaster pipeline show {pipeline}', 'bin/ringmaster job list --failed'],
  },
  'pipeline.no-games': {
    meaning: 'There is not one game to train on: self-play gave none, or none arrived home.',
    next: ['bin/ringmaster sync list', 'bin/ringmaster job list'],
  },
  'pipeline.bad-games': {
    meaning:
      'A file of games is not what docs/payload.md asks for, or not the bytes that were accepted. It was set aside with all its games; they are played again by a replacement, while there is one left.',
    next: [
      'bin/ringmaster explain {item}',
      'look at {file}; a `verify` command of the self-play stage would refuse such a file on the node (docs/payload.md)',
      'if the digest differs: look at memory and disk of {node} (dmesg, smartctl)',
    ],
  },
  'config.invalid': {
    meaning: 'The cluster file (or a request) is not valid. Nothing was changed.',
    next: ['correct what the message lists: it has all faults at once'],
  },
  'server.unavailable': {
    meaning: 'The Temporal server does not answer. Nothing is lost: all workers wait for it.',
    next: ['bin/ringmaster status', 'bin/ringmaster up'],
  },
  'server.port-busy': {
    meaning: 'Another program listens on a port we need.',
    next: ['ss -ltnp shows which; stop it or change the port in the cluster file', doctor],
  },
  'server.not-found': {
    meaning: 'There is no Temporal server program on this machine.',
    next: ['npm start fetches one; or install the Temporal CLI and set TEMPORAL_CLI_PATH; or set TEMPORAL_ADDRESS to a server you run', doctor],
  },
  'http.not-found': { meaning: 'The HTTP server has nothing at this path, or nothing with this id.', next: ['bin/ringmaster status'] },
  'http.bad-request': { meaning: 'A parameter of the request to the HTTP server is not valid.', next: ['read the message: it names the parameter'] },
  'http.forbidden-host': {
    meaning: 'The request named a host under which the HTTP server does not serve. This protects against web pages that reach for local servers.',
    next: ['use http://127.0.0.1 with the port of the server'],
  },
  'http.method': { meaning: 'The HTTP server only reads. Changes are made with the command line.', next: ['bin/ringmaster --help'] },
  'internal.defect': {
    meaning: 'Ringmaster met something it did not foresee.',
    next: ['look at <state>/logs, try again, and report it if it returns'],
  },
} as const satisfies Record<FailureCode, FailureAdvice>;

export const adviceFor = (code: FailureCode): FailureAdvice & { readonly class: FailureClass; readonly fate: string } => ({
  ...failureGuide[code],
  class: classOf(code),
  fate: classGuide[classOf(code)],
});

/** Steps with the failure's own names in them. */
export const fillIn = (steps: readonly string[], fields: Readonly<Record<string, string | number | boolean>>): string[] =>
  steps.map((step) => step.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => String(fields[name] ?? `<${name}>`)));
