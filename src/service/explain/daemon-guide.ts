import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

/** The advice for the failure codes of daemons. */
export const daemonGuide = {
  'daemon.unknown': {
    meaning: 'The catalogue has no daemon of this name. Nothing was changed.',
    next: [{ run: 'ringmaster daemon list' }],
  },
  'daemon.lost': {
    meaning:
      'The workflow of a daemon was ended, by a person or because the database of the Temporal server was lost. The manager has started it again.',
    next: [{ run: 'ringmaster daemon show {daemon}' }],
  },
  'daemon.not-running': {
    meaning:
      'A turn needs a daemon for its next stage, and the daemon has failed or did not run for a day. The turn has ended and the pipeline is paused. The turn goes on with its results when it is resumed.',
    next: [{ run: 'ringmaster daemon show {daemon}' }, { run: 'ringmaster daemon reset {daemon}' }, { run: 'ringmaster pipeline resume {pipeline}' }],
  },
  'daemon.no-duty': {
    meaning: 'The ledger worker has no duty for a daemon that the manager knows. The processes of the cluster are of different releases.',
    next: [{ say: 'start all processes with one release', run: 'ringmaster up' }],
  },
  'daemon.not-declared': {
    meaning: 'The ledger worker has another cluster file than control. The launcher is about to restart it with the new one.',
    next: [{ say: 'start all processes with one cluster file', run: 'ringmaster up' }],
  },
  'daemon.exited': {
    meaning: `The program of a command daemon has ended. The key ${clusterKey('daemons.restart')} of the cluster file says whether it starts again.`,
    next: [
      { run: 'ringmaster daemon logs {daemon} --stream stderr' },
      { say: 'mend the program or its command', run: 'ringmaster daemon reset {daemon}' },
    ],
  },
  'daemon.hangs': {
    meaning:
      'The program of a command daemon runs, but its health check got no answer several times in a row, or no first good answer in time. Ringmaster ends the program and starts it again.',
    next: [
      { run: 'ringmaster daemon logs {daemon}' },
      {
        say: `give the program more time with ${clusterKey('daemons.ready')}, ${clusterKey('daemons.health.within')} or ${clusterKey('daemons.health.silent')} in the cluster file`,
        run: 'ringmaster up',
      },
    ],
  },
} as const satisfies Readonly<Partial<Record<FailureCode, FailureAdvice>>>;
