/** The events about syncs, ledgers, the configuration and the cluster as a whole. */
import { eventType } from './event-type.ts';
import { maybe, number, text, texts } from './fields.ts';
import { thing } from './thing.ts';

const syncFields = {
  dataset: text('The dataset.'),
  source: text('Where the files come from: a node or `home`.'),
  target: text('Where they go to.'),
  files: number('The files of the dataset.'),
  bytes: number('The size of the dataset.'),
  tookMs: number('How long the sync took, in milliseconds.'),
  code: maybe(text('The code of the failure.')),
  message: maybe(text('The failure, as one sentence.')),
};
const sync = (when: string, words: string) =>
  eventType({
    version: 1,
    when,
    fields: syncFields,
    about: ({ dataset, source, target }) => [
      thing('dataset', dataset),
      ...[source, target].filter((place) => place !== 'home').map((node) => thing('node', node)),
    ],
    say: ({ dataset, source, target, files, message }) =>
      `the sync of ${dataset} from ${source} to ${target} ${words}${message === undefined ? ` (${files} files)` : `: ${message}`}`,
  });

export const clusterEvents = {
  DATA_SYNC_COMPLETED: sync('A sync of a dataset completed.', 'completed'),
  DATA_SYNC_FAILED: sync('A sync of a dataset failed.', 'failed'),
  BACKUP_COMPLETED: eventType({
    version: 1,
    when: 'A backup of the ledgers was made.',
    fields: {
      backup: text('The id of the backup.'),
      ledgers: texts('The ledgers.'),
      bytes: number('Its size.'),
      tookMs: number('How long it took, in milliseconds.'),
    },
    about: ({ backup, ledgers }) => [thing('backup', backup), ...ledgers.map((ledger) => thing('ledger', ledger))],
    say: ({ backup, ledgers, tookMs }) => `backup ${backup} of ${ledgers.length} ledgers was made in ${Math.round(tookMs / 1_000)} s`,
  }),
  BACKUP_FAILED: eventType({
    version: 1,
    when: 'A backup of the ledgers could not be made.',
    fields: { because: text('The reason.') },
    about: () => [],
    say: ({ because }) => `a backup of the ledgers failed: ${because}`,
  }),
  LEDGERS_RESTORED: eventType({
    version: 1,
    when: 'Ledgers were replaced by their copies in a backup.',
    fields: {
      backup: text('The id of the backup.'),
      ledgers: texts('The ledgers.'),
      replaced: text('The folder with the files that were replaced.'),
    },
    about: ({ backup, ledgers }) => [thing('backup', backup), ...ledgers.map((ledger) => thing('ledger', ledger))],
    say: ({ backup, ledgers, replaced }) => `${ledgers.join(', ')} came from backup ${backup}; the files before are in ${replaced}`,
  }),
  RETENTION_COMPLETED: eventType({
    version: 1,
    when: 'What nothing needs any more was removed: files at home, closed items, old games. A run that removes nothing is no event.',
    fields: {
      removed: number('How many files.'),
      bytes: number('Their size.'),
      items: maybe(number('How many closed items.')),
      games: maybe(number('How many games.')),
    },
    about: () => [],
    say: ({ removed, bytes, items, games }) =>
      `${[
        ...(removed === 0 ? [] : [`${removed} files (${bytes} bytes)`]),
        ...(items === undefined ? [] : [`${items} closed items`]),
        ...(games === undefined ? [] : [`${games} games`]),
      ].join(', ')} that nothing needs were removed`,
  }),
  CONFIG_UPDATED: eventType({
    version: 1,
    when: '`ringmaster up` took a changed cluster file.',
    fields: {
      configEpoch: number('The number of the configuration.'),
      digest: text('The digest of the configuration.'),
      changes: texts('The first changes, one a line, as `up` prints them.'),
      count: number('How many changes.'),
      source: text('The cluster file.'),
    },
    about: () => [],
    say: ({ configEpoch, count, changes, source }) =>
      `configuration ${configEpoch} of ${source} holds: ${changes.slice(0, 2).join('; ')}${count > 2 ? `; and ${count - 2} more` : ''}`,
  }),
  CLUSTER_STARTED: eventType({
    version: 1,
    when: 'The launcher runs the processes of the cluster. The sshd of a practice node may be missing.',
    fields: {
      cluster: text('The cluster.'),
      processes: number('How many processes run.'),
      configEpoch: number('The number of the configuration.'),
      without: maybe(texts('The processes that do not run yet. The launcher starts them again.')),
    },
    about: () => [],
    say: ({ cluster, processes, configEpoch, without = [] }) =>
      `cluster ${cluster} runs with ${processes} processes, configuration ${configEpoch}${without.length === 0 ? '' : `; ${without.join(', ')} not yet`}`,
  }),
  CLUSTER_STOPPED: eventType({
    version: 1,
    when: '`ringmaster down` stopped the cluster. The event is in the log after the next `up`.',
    fields: { cluster: text('The cluster.'), unreached: texts('The nodes that could not be reached: their jobs may run on.') },
    about: ({ unreached }) => unreached.map((node) => thing('node', node)),
    say: ({ cluster, unreached }) =>
      `cluster ${cluster} was stopped${unreached.length === 0 ? '' : `; ${unreached.join(', ')} could not be reached`}`,
  }),
  CLUSTER_PAUSED: eventType({
    version: 1,
    when: 'An operator paused the whole cluster. No job starts, and running jobs go on.',
    fields: { by: text('The operator.'), reason: text('The reason that the operator gave.') },
    about: () => [],
    say: ({ by, reason }) => `${by} paused the whole cluster (${reason})`,
  }),
  CLUSTER_RESUMED: eventType({
    version: 1,
    when: 'An operator ended the pause of the whole cluster.',
    fields: { by: text('The operator.'), reason: text('The reason that the operator gave.') },
    about: () => [],
    say: ({ by, reason }) => `${by} ended the pause of the whole cluster (${reason})`,
  }),
  PROCESS_ENDED: eventType({
    version: 1,
    when: 'A process of the cluster ended on its own, or was killed because it was silent. The launcher starts it again.',
    fields: { process: text('The process.'), pid: number('Its pid.'), how: text('How it ended.'), ends: number('How often in a row.') },
    about: ({ process }) => [thing('process', process)],
    say: ({ process, pid, how, ends }) =>
      `process ${process} (pid ${pid}) ended: ${how}${ends > 1 ? `, ${ends} times in a row` : ''}; it is started again`,
  }),
  EVENTS_LOST: eventType({
    version: 1,
    when: 'An outbox was full, so that events of a ledger were not recorded. The ledger itself lost nothing.',
    fields: { ledger: text('The ledger.'), count: number('How many events are missing.'), sinceMs: number('The time of the first missing event.') },
    about: ({ ledger }) => [thing('ledger', ledger)],
    say: ({ ledger, count, sinceMs }) =>
      `${count} events of ledger ${ledger} are missing from ${new Date(sinceMs).toISOString()} on, because its outbox was full`,
  }),
  EVENT_REFUSED: eventType({
    version: 1,
    when: 'An event did not fit its type, which is a defect of Ringmaster. The change that it was about is recorded.',
    fields: { type: text('The type of the event.'), because: text('The part that does not fit.') },
    about: () => [],
    say: ({ type, because }) => `an event of type ${type} was not recorded as it was, because it does not fit its type (${because})`,
  }),
} as const;
