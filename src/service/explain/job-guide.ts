import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

const logs = { run: 'ringmaster job logs {item}/{epoch}' };
const node = { run: 'ringmaster node show {node}' };
const explainItem = { run: 'ringmaster explain {item}' };

/** The advice for the failure codes of jobs. */
export const jobGuide = {
  'job.epoch-refused': {
    meaning: 'An older try at the item reported after a newer one was given out. The ledger refused it and changed nothing.',
    next: [{ say: 'nothing to do' }, explainItem],
  },
  'job.other-spec': {
    meaning:
      'A job with the same item and epoch was started on the node with another command, environment, seed, request, payload, input or limit. Its result ' +
      'does not belong to this try, so it was ended and not taken over. This happens after the ledgers were replaced by an older copy.',
    next: [{ say: 'nothing to do while the item has tries left: the next try has a new epoch' }, explainItem],
  },
  'job.spawn-failed': {
    meaning: 'The program could not be started on the node: it is not there, not executable, or the node has no process left.',
    next: [logs, { say: `check ${clusterKey('command')} of the stage in the cluster file, and that its interpreter is installed on {node}` }],
  },
  'job.exit-code': {
    meaning: 'The program ended with an exit code other than 0.',
    next: [logs, { say: 'run the payload by hand with the same seed and input/request.json' }],
  },
  'job.killed': {
    meaning: 'A signal ended the program, and Ringmaster did not send it: the kernel (out of memory), a person, or a fault planted by the demo.',
    next: [logs, { say: 'on the node', run: 'dmesg | grep -i -e oom -e killed' }, node],
  },
  'job.hang': {
    meaning: `The program wrote nothing, neither stdout nor outputs, for longer than ${clusterKey('silent')}. It was stopped.`,
    next: [logs, { say: `if it is only slow, make it print progress more often, or raise ${clusterKey('silent')} of the stage` }],
  },
  'job.timeout': {
    meaning: `The program ran longer than ${clusterKey('run')}. It was stopped.`,
    next: [
      logs,
      {
        say: `give each item less to do (${clusterKey('games.perItem')}, ${clusterKey('gate.pairsPerItem')}), or raise ${clusterKey('run')} of the stage`,
      },
    ],
  },
  'job.no-output': {
    meaning: 'The program ended with 0 and left no manifest.json. An exit code alone proves nothing.',
    next: [logs, { say: 'see docs/payload.md: the manifest is written last, under a temporary name, and renamed' }],
  },
  'job.bad-manifest': {
    meaning: 'manifest.json does not have the form that docs/payload.md asks for.',
    next: [logs, { say: 'compare the manifest with docs/payload.md' }],
  },
  'job.bad-pairs': {
    meaning: 'The evaluation did not return exactly the pairs that it was asked for, each once. Its answer was refused.',
    next: [logs, { say: 'compare "pairs" in its manifest with input/request.json (docs/payload.md)' }],
  },
  'job.bad-progress': {
    meaning: 'Three lines in a row on stdout were not progress objects.',
    next: [logs, { say: 'make the program print free text on stderr' }],
  },
  'job.corrupt-output': {
    meaning: 'A file in the manifest has another size or digest than the manifest says.',
    next: [logs, { say: 'the payload must close its files before it writes the manifest' }, node],
  },
  'job.verify-failed': {
    meaning: `The ${clusterKey('verify')} command of the stage did not accept the outputs.`,
    next: [logs, { say: 'run the command by hand in the job folder' }],
  },
  'job.lost': {
    meaning:
      'The node was declared lost while the job ran there; the message has the evidence. Another try has a new epoch. If the old one comes back, it is refused.',
    next: [node],
  },
  'job.rebooted': {
    meaning: 'The node was restarted while the job ran: its boot id changed.',
    next: [node, { say: 'on the node', run: 'last -x reboot' }],
  },
  'job.disk-full': {
    meaning: 'The disk of the node was full while the job ran or its inputs arrived.',
    next: [{ say: 'free space on {node} (df -h)' }, node],
  },
  'job.cancelled': {
    meaning: 'The item was cancelled, and its program was stopped.',
    next: [{ say: 'nothing to do; enqueue it under another id if it is wanted after all' }],
  },
  'job.stopped': {
    meaning: '`ringmaster down` ended the program. The try does not count, and the item is pending again.',
    next: [explainItem],
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
