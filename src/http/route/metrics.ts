import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { daemonStates } from '../../domain/daemon/daemon.ts';
import { takesJobs } from '../../domain/node/merge.ts';
import { nodeStates } from '../../domain/node/node.ts';
import { nodeServicesShown, serviceOf } from '../../domain/node/wish.ts';
import { jobKinds } from '../../domain/item/work-item.ts';
import type { Noun } from '../../domain/noun.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import type { SubscriberView } from '../../domain/event/subscriber-view.ts';
import { daemonsMeasuredMax, pipelinesMeasuredMax, processesMeasuredMax, subscribersMeasuredMax } from '../limits.ts';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];
type Families = (status: ClusterStatus) => readonly string[];

const count = <T>(list: readonly T[], has: (one: T) => boolean): number => list.filter(has).length;
const perPipeline = ({ pipelines }: ClusterStatus, value: (one: PipelineView) => number): Sample[] =>
  pipelines.slice(0, pipelinesMeasuredMax).map((one) => [{ pipeline: one.name }, value(one)]);
const none: Families = () => [];

/** The families of metrics for each noun. Ids of nodes, items and models are not used as labels, because there can be thousands of them. */
const families: Readonly<Record<Noun, Families>> = {
  item: ({ queue }) => [
    family(
      'ringmaster_queue_items',
      'gauge',
      'Work items by state.',
      Object.entries(queue).map(([state, items]) => [{ state }, items]),
    ),
  ],
  job: ({ openJobs }) => [
    family(
      'ringmaster_jobs_open',
      'gauge',
      'Open jobs by kind.',
      jobKinds.map((kind) => [{ kind }, count(openJobs, (job) => job.kind === kind)]),
    ),
  ],
  node: ({ nodes }) => [
    family(
      'ringmaster_nodes',
      'gauge',
      'Nodes by state.',
      nodeStates.map((state) => [{ state }, count(nodes, (node) => node.state === state)]),
    ),
    family(
      'ringmaster_nodes_wished',
      'gauge',
      'Nodes by what operators wish of them.',
      nodeServicesShown.map((service) => [{ service }, count(nodes, (node) => serviceOf(node) === service)]),
    ),
    family('ringmaster_nodes_resting', 'gauge', 'Nodes that get no job but a canary, because jobs failed on them.', [
      [{}, count(nodes, (node) => node.rest !== undefined)],
    ]),
    family('ringmaster_node_slots', 'gauge', 'Slots of alive nodes that are in service.', [
      [{}, nodes.filter(takesJobs).reduce((sum, node) => sum + node.slots, 0)],
    ]),
  ],
  turn: (status) => [
    family(
      'ringmaster_pipeline_turn',
      'gauge',
      'The turn of a pipeline: the current one, or the last.',
      perPipeline(status, (one) => one.turn),
    ),
  ],
  pipeline: (status) => [
    family(
      'ringmaster_games_total',
      'counter',
      'Games in the game database.',
      perPipeline(status, (one) => one.games),
    ),
    family(
      'ringmaster_promotions_total',
      'counter',
      'Candidates that passed the gate.',
      perPipeline(status, (one) => one.promotions),
    ),
    family(
      'ringmaster_champion_elo',
      'gauge',
      'Rating of the champion.',
      perPipeline(status, (one) => one.championElo),
    ),
    family(
      'ringmaster_pipeline_failed',
      'gauge',
      '1 while a pipeline is in the stage failed.',
      perPipeline(status, (one) => (one.stage === 'failed' ? 1 : 0)),
    ),
  ],
  process: ({ processes }) => [
    family(
      'ringmaster_process_restarts_total',
      'counter',
      'Restarts by the launcher.',
      processes.slice(0, processesMeasuredMax).map((one) => [{ process: one.name }, one.restarts]),
    ),
  ],
  daemon: ({ daemons }) => [
    family(
      'ringmaster_daemons',
      'gauge',
      'Daemons by state.',
      daemonStates.map((state) => [{ state }, count(daemons, (one) => one.state === state)]),
    ),
    family(
      'ringmaster_daemon_restarts',
      'gauge',
      'Failures of a daemon in a row, which a stable time forgives.',
      daemons.slice(0, daemonsMeasuredMax).map((one) => [{ daemon: one.id }, one.restarts]),
    ),
  ],
  sync: none,
  model: none,
  'failure-code': none,
};

const perSubscriber = (subscribers: readonly SubscriberView[], value: (one: SubscriberView) => number): Sample[] =>
  subscribers.slice(0, subscribersMeasuredMax).map((one) => [{ subscriber: one.subscriber }, value(one)]);

const deliveryFamilies = (subscribers: readonly SubscriberView[], nowMs: number): readonly string[] => [
  family(
    'ringmaster_deliveries_total',
    'counter',
    'Events that a subscriber got.',
    perSubscriber(subscribers, (one) => one.delivered),
  ),
  family(
    'ringmaster_delivery_lag_events',
    'gauge',
    'Events that wait for a subscriber.',
    perSubscriber(subscribers, (one) => one.lag),
  ),
  family(
    'ringmaster_delivery_lag_seconds',
    'gauge',
    'Age of the oldest event that waits for a subscriber.',
    perSubscriber(subscribers, ({ lagSinceMs }) => (lagSinceMs === undefined ? 0 : Math.max(0, nowMs - lagSinceMs) / 1000)),
  ),
  family(
    'ringmaster_delivery_retried_events',
    'gauge',
    'Events whose delivery to a subscriber failed and is tried again.',
    perSubscriber(subscribers, (one) => one.retried),
  ),
  family(
    'ringmaster_dead_letters',
    'gauge',
    'Events whose delivery to a subscriber failed at every try.',
    perSubscriber(subscribers, (one) => one.dead),
  ),
  family(
    'ringmaster_delivery_skipped_events_total',
    'counter',
    'Events that a subscriber did not get, because the log or its dead letters were full.',
    perSubscriber(subscribers, (one) => one.skipped),
  ),
];

/** Returns the numbers in the Prometheus text format 0.0.4. */
export const metricsText = (status: ClusterStatus, subscribers: readonly SubscriberView[], nowMs: number): string =>
  [
    ...Object.values(families).flatMap((of) => of(status)),
    ...deliveryFamilies(subscribers, nowMs),
    family(
      'ringmaster_watch_ok',
      'gauge',
      '1 while a part that keeps the cluster running does its work, and its evidence is new.',
      status.watches.map(({ name, ok }) => [{ watch: name }, ok ? 1 : 0]),
    ),
    family(
      'ringmaster_watch_age_seconds',
      'gauge',
      'Age of the evidence for a part that keeps the cluster running.',
      status.watches.flatMap(({ name, ageMs }): Sample[] => (ageMs === undefined ? [] : [[{ watch: name }, ageMs / 1000]])),
    ),
    family('ringmaster_read_model_age_seconds', 'gauge', 'Age of these numbers.', [[{}, Math.max(0, nowMs - status.readAtMs) / 1000]]),
  ].join('');

function family(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => {
    const inside = Object.entries(labels)
      .map(([key, text]) => `${key}="${escapeLabel(text)}"`)
      .join(',');
    return `${name}${inside === '' ? '' : `{${inside}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

const escapeLabel = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
