/**
 * The table of alert rules. To add an alert, add a row here, its section in `docs/alerts.md`, and a case in `test/unit/alert/rules.test.ts`. A rule decides
 * from one reading (`readings.ts`). Each instance that a rule returns is a condition that holds now; `evaluate.ts` decides when it fires.
 */
import { errorRateMax } from '../daemon/lifecycle.ts';
import { diskFreeBytesMin, restartsPerHourMax } from '../limits.ts';
import type { AlertLabels, AlertSeverity } from './alert.ts';
import type { AlertReadings, ReadingName } from './readings.ts';

/** A condition that holds. */
export interface AlertInstance {
  readonly labels: AlertLabels;
  /** One sentence without a full stop. A number that changes all the time does not belong into it, because each new sentence is recorded. */
  readonly summary: string;
  /** The for-time of this instance, when it is not that of the rule. */
  readonly forMs?: number;
}

interface AlertRule<Name extends ReadingName> {
  /** When the alert fires. One sentence for the documents. */
  readonly when: string;
  readonly severity: AlertSeverity;
  /** The condition must hold for this long. */
  readonly forMs: number;
  /** The labels by which alerts share a notification, as in Alertmanager. `alertname` is the name of the rule. */
  readonly groupBy: readonly string[];
  readonly reading: Name;
  readonly instances: (reading: AlertReadings[Name]) => readonly AlertInstance[];
  /** Returns the command that shows more. */
  readonly next: (labels: AlertLabels) => string;
  /** The same rule over the metrics of Ringmaster. Absent when no metric has what the rule decides from. */
  readonly prometheus?: PrometheusRule;
}

/** A rule of Prometheus. `src/http/metrics/prometheus-rules.ts` writes the rule file. */
export interface PrometheusRule {
  readonly expr: string;
  /** One sentence with the templates of Prometheus. */
  readonly summary: string;
}

const rule = <Name extends ReadingName>(row: AlertRule<Name>): AlertRule<Name> => row;
const minute = 60_000;
const byRule = ['alertname'];
const quietMsMin = 5 * minute;

export const alertRules = {
  DaemonRestarts: rule({
    when: 'A daemon was restarted more than three times within an hour, because its work failed.',
    severity: 'warning',
    forMs: 0,
    groupBy: byRule,
    reading: 'daemons',
    instances: (daemons) =>
      daemons
        .filter(({ restarts }) => restarts > restartsPerHourMax)
        .map(({ id, restarts }) => ({
          labels: { daemon: id },
          summary: `${id} was restarted ${restarts} times within an hour, because its work failed`,
        })),
    next: ({ daemon }) => `ringmaster explain ${daemon}`,
  }),
  DaemonFailed: rule({
    when: 'A daemon has failed. It stays so until an operator resets it.',
    severity: 'critical',
    forMs: 0,
    groupBy: byRule,
    reading: 'daemons',
    instances: (daemons) =>
      daemons
        .filter(({ state }) => state === 'failed')
        .map(({ id, because }) => ({ labels: { daemon: id }, summary: `${id} has failed and is not restarted: ${because}` })),
    next: ({ daemon }) => `ringmaster daemon show ${daemon}`,
    prometheus: { expr: 'ringmaster_daemons{state="failed"} > 0', summary: 'the number of daemons that have failed is {{ $value }}' },
  }),
  DaemonUnhealthy: rule({
    when: 'More than two health checks of a daemon in a row failed.',
    severity: 'warning',
    forMs: 0,
    groupBy: byRule,
    reading: 'daemons',
    // The first check of the row has failed when the condition begins. The third one fails two checks later.
    instances: (daemons) =>
      daemons.flatMap(({ id, unwell }) =>
        unwell === undefined
          ? []
          : [{ labels: { daemon: id }, forMs: 2 * unwell.checkMs, summary: `the health checks of ${id} fail, the last one with: ${unwell.message}` }],
      ),
    next: ({ daemon }) => `ringmaster daemon show ${daemon}`,
  }),
  DaemonErrors: rule({
    when: 'More than half of the work of a daemon failed within ten minutes.',
    severity: 'warning',
    forMs: 0,
    groupBy: byRule,
    reading: 'daemons',
    instances: (daemons) =>
      daemons
        .filter(({ errorRate = 0 }) => errorRate > errorRateMax)
        .map(({ id }) => ({ labels: { daemon: id }, summary: `more than half of the work of ${id} failed within ten minutes` })),
    next: ({ daemon }) => `ringmaster explain ${daemon}`,
  }),
  NodeLost: rule({
    when: 'A node is lost. A node that was drained before does not count.',
    severity: 'critical',
    forMs: 0,
    groupBy: byRule,
    reading: 'nodes',
    instances: (nodes) =>
      nodes
        .filter(({ state, isDrained }) => state === 'lost' && !isDrained)
        .map(({ node }) => ({ labels: { node }, summary: `node ${node} is lost, and its jobs go to other nodes` })),
    next: ({ node }) => `ringmaster node show ${node}`,
    prometheus: { expr: 'ringmaster_nodes{state="lost"} > 0', summary: 'the number of lost nodes is {{ $value }}' },
  }),
  DiskLow: rule({
    when: 'A node, or the disk of the state folder, has less than 1 GiB free.',
    severity: 'critical',
    forMs: minute,
    groupBy: byRule,
    reading: 'disks',
    instances: (disks) =>
      disks
        .filter(({ freeBytes }) => freeBytes < diskFreeBytesMin)
        .map(({ node }) =>
          node === undefined
            ? { labels: { place: 'home' }, summary: 'less than 1 GiB is free on the disk of the state folder' }
            : { labels: { node }, summary: `less than 1 GiB is free on the disk of node ${node}` },
        ),
    next: ({ node }) => (node === undefined ? 'ringmaster doctor' : `ringmaster node show ${node}`),
  }),
  QueueEmpty: rule({
    when: 'No item waits or runs for ten minutes, although a pipeline wants work.',
    severity: 'warning',
    forMs: 10 * minute,
    groupBy: byRule,
    reading: 'queue',
    instances: ({ open, wanting }) =>
      open === 0 && wanting.length > 0 ? [{ labels: {}, summary: `no item waits or runs, although turns are wanted of ${wanting.join(', ')}` }] : [],
    next: () => 'ringmaster pipeline list',
  }),
  NoNewGames: rule({
    when: 'A pipeline is at self-play, and no game was played for it for 30 minutes.',
    severity: 'warning',
    // Games come again and again, so the condition begins five minutes after one of them. Otherwise each game would be a change of the alert.
    forMs: 30 * minute - quietMsMin,
    groupBy: ['alertname', 'pipeline'],
    reading: 'pipelines',
    instances: (pipelines) =>
      pipelines
        .filter(({ quietMs = 0 }) => quietMs >= quietMsMin)
        .map(({ name, turn }) => ({
          labels: { pipeline: name },
          summary: `turn ${turn} of ${name} is at self-play, and no game is played for it`,
        })),
    next: ({ pipeline }) => `ringmaster explain ${pipeline}`,
  }),
  PipelinePaused: rule({
    when: 'Ringmaster paused a pipeline, because its turns failed or its games are bad.',
    severity: 'critical',
    forMs: 0,
    groupBy: ['alertname', 'pipeline'],
    reading: 'pipelines',
    instances: (pipelines) =>
      pipelines.flatMap(({ name, paused }) =>
        paused === undefined ? [] : [{ labels: { pipeline: name }, summary: `${paused.by} paused ${name}: ${paused.reason}` }],
      ),
    next: ({ pipeline }) => `ringmaster explain ${pipeline}`,
    prometheus: { expr: 'ringmaster_pipeline_failed == 1', summary: '{{ $labels.pipeline }} is paused because its turns failed' },
  }),
  DeadLetters: rule({
    when: 'Events are dead for a subscriber: its handler failed at every try.',
    severity: 'warning',
    forMs: 0,
    groupBy: byRule,
    reading: 'subscribers',
    instances: (subscribers) =>
      subscribers
        .filter(({ dead }) => dead > 0)
        .map(({ subscriber, dead }) => ({
          labels: { subscriber },
          summary: `${dead === 1 ? '1 event is' : `${dead} events are`} dead for ${subscriber}`,
        })),
    next: () => 'ringmaster event dead list',
    prometheus: { expr: 'ringmaster_dead_letters > 0', summary: 'the number of events that are dead for {{ $labels.subscriber }} is {{ $value }}' },
  }),
  SyncStale: rule({
    when: 'The pushes of a dataset to a node fail for ten minutes, so that its copy is old or absent.',
    severity: 'warning',
    forMs: 10 * minute,
    groupBy: ['alertname', 'node'],
    reading: 'copies',
    instances: (copies) =>
      copies.map(({ dataset, node, failures, code }) => ({
        labels: { dataset, node },
        summary: `${dataset} on ${node} is behind: ${failures === 1 ? 'its last push' : `its last ${failures} pushes`} failed (${code ?? 'no reason known'})`,
      })),
    next: ({ dataset, node }) => `ringmaster explain sync/${dataset}/${node}`,
  }),
  AlertsUndelivered: rule({
    when: 'The last message on a channel failed for good, or a message waits for a minute.',
    severity: 'critical',
    forMs: 0,
    groupBy: ['alertname', 'channel'],
    reading: 'channels',
    instances: (channels) =>
      channels.flatMap(({ id, failed, waitsMs = 0 }) => {
        if (failed === undefined && waitsMs < minute) return [];
        const why = failed === undefined ? 'a message waits' : `the last message failed (${failed})`;
        return [{ labels: { channel: id }, summary: `the alerts do not arrive on the channel ${id}: ${why}` }];
      }),
    next: () => 'ringmaster alert list',
  }),
} as const;

export type RuleName = keyof typeof alertRules;
export const ruleNames = Object.keys(alertRules) as readonly RuleName[];
export const isRule = (text: string): text is RuleName => Object.hasOwn(alertRules, text);

/** A rule as code sees it that handles all of them. */
export type AnyRule = Omit<AlertRule<ReadingName>, 'instances'> & { readonly instances: (reading: unknown) => readonly AlertInstance[] };
export const ruleOf = (name: RuleName): AnyRule => alertRules[name] as unknown as AnyRule;

/** Returns the page and the section about a rule. */
export const runbookOf = (name: RuleName): string => `docs/alerts.md#${name.toLowerCase()}`;
