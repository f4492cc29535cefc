import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

/** The rows of the failure guide for the ledgers. */
export const ledgerGuide = {
  'ledger.busy': {
    meaning: 'Another program locked the SQLite file of the ledger for longer than the limit. Of our processes only the ledger worker writes it.',
    next: [{ say: 'find the other programs that hold the file, and close them', run: 'fuser <state>/data/*.db' }],
  },
  'ledger.disk-full': {
    meaning: 'The disk under the state folder is full. Nothing is lost; all changes wait.',
    next: [{ say: 'free space (df -h); the changes continue by themselves' }],
  },
  'ledger.corrupt': {
    meaning: 'SQLite found damage in a ledger file.',
    next: [
      { say: 'see which ledger it is, and how old its newest backup is', run: 'ringmaster ledger list' },
      { say: 'stop the cluster', run: 'ringmaster down' },
      { say: 'restore all ledgers of the newest backup; the damaged files are kept', run: 'ringmaster ledger restore' },
      { say: 'start the cluster again', run: 'ringmaster up' },
    ],
  },
  'ledger.missing': {
    meaning:
      'The file of a ledger is gone, and a backup has a copy of it. Nothing was started, because an empty ledger would give out old epochs again.',
    next: [{ say: 'put the file back, if it was moved' }, { say: 'else restore the copy, then start the cluster', run: 'ringmaster ledger restore' }],
  },
  'ledger.in-use': {
    meaning: 'The cluster runs, and a restore would replace files that are open. Nothing was changed.',
    next: [{ say: 'stop the cluster, restore, and start it again', run: 'ringmaster down' }],
  },
  'ledger.no-backup': {
    meaning: 'There is no backup with this id, or it has no copy of the ledger. Nothing was changed.',
    next: [{ run: 'ringmaster ledger list' }],
  },
  'ledger.restore-unfinished': {
    meaning: 'A restore was interrupted after it had replaced some of its ledgers. Nothing opens the ledgers until the restore was repeated.',
    next: [{ run: 'ringmaster ledger restore' }],
  },
  'ledger.newer-schema': {
    meaning: 'A newer Ringmaster wrote the ledger.',
    next: [{ say: 'run that newer version; an older one never writes such a file' }, { run: 'ringmaster ledger list' }],
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
