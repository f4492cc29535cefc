import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

const syncList = { run: 'ringmaster sync list' };
const explainItem = { run: 'ringmaster explain {item}' };

/** The advice for the failure codes of pipelines. */
export const pipelineGuide = {
  'pipeline.stage-failed': {
    meaning: 'A stage of the pipeline ended in a way that another try would not change.',
    next: [{ run: 'ringmaster pipeline show {pipeline}' }, { run: 'ringmaster job list --failed' }],
  },
  'pipeline.cancelled': {
    meaning:
      'An operator cancelled a job of the turn. The turn has ended and the pipeline is paused, because a replacement would undo the cancellation.',
    next: [{ run: 'ringmaster pipeline resume {pipeline}' }, { run: 'ringmaster pipeline run {pipeline} --skip-turn' }],
  },
  'pipeline.defect': {
    meaning:
      'Two nodes ended jobs of one stage in the same way, so every further try would end like that. The stage has stopped, and its other items were cancelled.',
    next: [{ say: 'mend the program, then run the turn again; it takes the mended payload' }, { run: 'ringmaster pipeline run {pipeline}' }],
  },
  'pipeline.not-now': {
    meaning: 'The pipeline cannot follow this wish in its present stage.',
    next: [{ run: 'ringmaster pipeline show {pipeline}' }],
  },
  'pipeline.no-node': {
    meaning:
      'No node could run items of the turn, for ten minutes because no node of the cluster file has what they need, or for a day because each such node, or the node of their jobs, was away. The turn has ended and the pipeline is paused. The turn keeps its results and its jobs on such nodes, and plays the rest when it is resumed.',
    next: [
      { run: 'ringmaster node list' },
      { say: 'give the jobs of a node that is gone for good to other nodes', run: 'ringmaster node lost ID' },
      { say: 'give a node the slots and labels in the cluster file, then apply the file', run: 'ringmaster up' },
      { run: 'ringmaster pipeline resume {pipeline}' },
      { say: 'if the stage needs less than before', run: 'ringmaster pipeline run {pipeline} --take-stages' },
      { say: 'give the turn up', run: 'ringmaster pipeline skip {pipeline}' },
    ],
  },
  'pipeline.no-games': {
    meaning: 'There is no game to train on: self-play made none, or none arrived home.',
    next: [syncList, { run: 'ringmaster job list' }],
  },
  'pipeline.bad-games': {
    meaning:
      'A file of games does not have the form that docs/payload.md asks for, or has other bytes than were accepted. It was set aside with all its games. A replacement plays them again, while one is left.',
    next: [
      explainItem,
      { say: `look at {file}; a ${clusterKey('verify')} command of the self-play stage would refuse such a file on the node (docs/payload.md)` },
      { say: 'if the digest differs, look at the memory and the disk of {node} (dmesg, smartctl)' },
    ],
  },
} as const satisfies Record<Extract<FailureCode, `pipeline.${string}`>, FailureAdvice>;
