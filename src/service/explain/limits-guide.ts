import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureAdvice } from './failure-advice.ts';

/** The advice for the failures of sizes. */
export const limitsGuide = {
  'limits.setting-too-large': {
    meaning: 'A value in the cluster file is larger than a limit of Ringmaster or of a library. Work of this size would fail after it has begun.',
    next: [{ say: 'read the message: it names the key, the limit and a value that works; docs/cluster-file.md lists all limits' }],
  },
  'limits.item-too-large': {
    meaning: 'A work item is larger than the queue takes: its command and variables, or its request, have too many bytes. Nothing was enqueued.',
    next: [
      { say: `in a pipeline: shorten ${clusterKey('command')} or ${clusterKey('env')} of the stage, or lower ${clusterKey('gate.pairsPerItem')}` },
      { say: 'in an item of your own: put large data into a file and name it in inputs' },
    ],
  },
  'limits.payload-too-large': {
    meaning:
      'One piece of data is larger than Temporal carries (2 MiB; Ringmaster stops at 1.5 MiB). It is not sent, because Temporal would refuse every repeat.',
    next: [
      { say: 'read the message: it names the step and the number of bytes' },
      { say: 'make the parts smaller: fewer items at once, fewer output files that an item declares, a smaller result in its manifest' },
    ],
  },
} as const satisfies Readonly<Record<string, FailureAdvice>>;
