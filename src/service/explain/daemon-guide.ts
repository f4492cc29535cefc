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
} as const satisfies Readonly<Partial<Record<FailureCode, FailureAdvice>>>;
