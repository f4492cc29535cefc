/** The metrics that `/metrics` computes from the numbers of the cluster. The metrics that the processes measure are in `src/telemetry/measures.ts`. */
import { ruleNames, ruleOf } from '../../domain/alert/rules.ts';
import { daemonStates } from '../../domain/daemon/daemon.ts';
import { jobKinds } from '../../domain/item/work-item.ts';
import { takesJobs } from '../../domain/node/merge.ts';
import { nodeStates } from '../../domain/node/node.ts';
import { nodeServicesShown, serviceOf } from '../../domain/node/wish.ts';
import type { Noun } from '../../domain/noun.ts';
import type { EvaluationProgress } from '../../domain/model/evaluation.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { daemonsMeasuredMax, pipelinesMeasuredMax, processesMeasuredMax } from '../limits.ts';
import { ofEvents } from './event-families.ts';
import { type ClusterFamily, type Sample, secondsSince } from './family.ts';

const count = <T>(list: readonly T[], has: (one: T) => boolean): number => list.filter(has).length;

const perPipeline =
  (value: (one: PipelineView, nowMs: number) => number | undefined): ClusterFamily['of'] =>
  ({ status: { pipelines }, nowMs }) =>
    pipelines.slice(0, pipelinesMeasuredMax).flatMap((one): Sample[] => {
      const number = value(one, nowMs);
      return number === undefined ? [] : [[{ pipeline: one.name }, number]];
    });
const ofGate = (value: (gate: EvaluationProgress) => number): ClusterFamily['of'] =>
  perPipeline(({ evaluation }) => (evaluation === undefined ? undefined : value(evaluation)));

/** The metrics of each noun. */
const ofNouns: Readonly<Record<Noun, readonly ClusterFamily[]>> = {
  item: [
    {
      name: 'ringmaster_queue_items',
      type: 'gauge',
      help: 'Work items by state.',
      labels: ['state'],
      of: ({ status: { queue } }) => Object.entries(queue).map(([state, items]) => [{ state }, items]),
    },
  ],
  job: [
    {
      name: 'ringmaster_jobs_open',
      type: 'gauge',
      help: 'Open jobs by kind.',
      labels: ['kind'],
      of: ({ status: { openJobs } }) => jobKinds.map((kind) => [{ kind }, count(openJobs, (job) => job.kind === kind)]),
    },
  ],
  node: [
    {
      name: 'ringmaster_nodes',
      type: 'gauge',
      help: 'Nodes by state.',
      labels: ['state'],
      of: ({ status: { nodes } }) => nodeStates.map((state) => [{ state }, count(nodes, (node) => node.state === state)]),
    },
    {
      name: 'ringmaster_nodes_wished',
      type: 'gauge',
      help: 'Nodes by what operators wish of them.',
      labels: ['service'],
      of: ({ status: { nodes } }) => nodeServicesShown.map((service) => [{ service }, count(nodes, (node) => serviceOf(node) === service)]),
    },
    {
      name: 'ringmaster_nodes_resting',
      type: 'gauge',
      help: 'Nodes that get no job but a canary, because jobs failed on them.',
      labels: [],
      of: ({ status: { nodes } }) => [[{}, count(nodes, (node) => node.rest !== undefined)]],
    },
    {
      name: 'ringmaster_node_slots',
      type: 'gauge',
      help: 'Slots of alive nodes that are in service.',
      labels: [],
      of: ({ status: { nodes } }) => [[{}, nodes.filter(takesJobs).reduce((sum, node) => sum + node.slots, 0)]],
    },
  ],
  turn: [
    {
      name: 'ringmaster_pipeline_turn',
      type: 'gauge',
      help: 'The turn of a pipeline: the current one, or the last.',
      labels: ['pipeline'],
      of: perPipeline((one) => one.turn),
    },
  ],
  pipeline: [
    {
      name: 'ringmaster_games_total',
      type: 'counter',
      help: 'Games in the game database.',
      labels: ['pipeline'],
      of: perPipeline((one) => one.games),
    },
    {
      name: 'ringmaster_promotions_total',
      type: 'counter',
      help: 'Candidates that passed the gate.',
      labels: ['pipeline'],
      of: perPipeline((one) => one.promotions),
    },
    {
      name: 'ringmaster_champion_elo',
      type: 'gauge',
      help: 'Rating of the champion.',
      labels: ['pipeline'],
      of: perPipeline((one) => one.championElo),
    },
    {
      name: 'ringmaster_pipeline_failed',
      type: 'gauge',
      help: '1 while a pipeline is in the stage failed.',
      labels: ['pipeline'],
      of: perPipeline((one) => (one.stage === 'failed' ? 1 : 0)),
    },
    {
      name: 'ringmaster_pipeline_stage_seconds',
      type: 'gauge',
      help: 'Time that a pipeline has been in its stage.',
      labels: ['pipeline'],
      of: perPipeline((one, nowMs) => secondsSince(nowMs, one.stageSinceMs)),
    },
  ],
  model: [
    {
      name: 'ringmaster_gate_pairs',
      type: 'gauge',
      help: 'Pairs of games that the newest test of a candidate counts.',
      labels: ['pipeline'],
      of: ofGate(({ pairs }) => pairs),
    },
    {
      name: 'ringmaster_gate_llr',
      type: 'gauge',
      help: 'Log likelihood ratio of the newest test of a candidate (SPRT).',
      labels: ['pipeline'],
      of: ofGate(({ llr }) => llr),
    },
    {
      name: 'ringmaster_gate_llr_reject',
      type: 'gauge',
      help: 'The candidate is rejected when its log likelihood ratio is this low.',
      labels: ['pipeline'],
      of: ofGate(({ lower }) => lower),
    },
    {
      name: 'ringmaster_gate_llr_accept',
      type: 'gauge',
      help: 'The candidate is promoted when its log likelihood ratio is this high.',
      labels: ['pipeline'],
      of: ofGate(({ upper }) => upper),
    },
  ],
  process: [
    {
      name: 'ringmaster_process_restarts_total',
      type: 'counter',
      help: 'Restarts by the launcher.',
      labels: ['process'],
      of: ({ status: { processes } }) => processes.slice(0, processesMeasuredMax).map((one) => [{ process: one.name }, one.restarts]),
    },
    {
      name: 'ringmaster_process_up',
      type: 'gauge',
      help: '1 while a process runs.',
      labels: ['process'],
      of: ({ status: { processes } }) =>
        processes.slice(0, processesMeasuredMax).map((one) => [{ process: one.name }, one.state === 'running' ? 1 : 0]),
    },
  ],
  daemon: [
    {
      name: 'ringmaster_daemons',
      type: 'gauge',
      help: 'Daemons by state.',
      labels: ['state'],
      of: ({ status: { daemons } }) => daemonStates.map((state) => [{ state }, count(daemons, (one) => one.state === state)]),
    },
    {
      name: 'ringmaster_daemon_restarts',
      type: 'gauge',
      help: 'Failures of a daemon in a row, which a stable time forgives.',
      labels: ['daemon'],
      of: ({ status: { daemons } }) => daemons.slice(0, daemonsMeasuredMax).map((one) => [{ daemon: one.id }, one.restarts]),
    },
  ],
  /** Syncs and failures are measured by the process that sees them end. */
  sync: [],
  'failure-code': [],
};

const ofAlerts: ClusterFamily = {
  name: 'ringmaster_alerts_firing',
  type: 'gauge',
  help: 'Alerts of a rule that fire. Silenced ones count too.',
  labels: ['alertname', 'severity'],
  of: ({ status: { alerts } }) =>
    ruleNames.map((rule) => [{ alertname: rule, severity: ruleOf(rule).severity }, count(alerts, (alert) => alert.rule === rule)]),
};

const ofTheWhole: readonly ClusterFamily[] = [
  ofAlerts,
  {
    name: 'ringmaster_watch_ok',
    type: 'gauge',
    help: '1 while a part that keeps the cluster running does its work, and its evidence is new.',
    labels: ['watch'],
    of: ({ status: { watches } }) => watches.map(({ name, ok }) => [{ watch: name }, ok ? 1 : 0]),
  },
  {
    name: 'ringmaster_watch_age_seconds',
    type: 'gauge',
    help: 'Age of the evidence for a part that keeps the cluster running.',
    labels: ['watch'],
    of: ({ status: { watches } }) => watches.flatMap(({ name, ageMs }): Sample[] => (ageMs === undefined ? [] : [[{ watch: name }, ageMs / 1000]])),
  },
  {
    name: 'ringmaster_read_model_age_seconds',
    type: 'gauge',
    help: 'Age of these numbers.',
    labels: [],
    of: ({ status, nowMs }) => [[{}, secondsSince(nowMs, status.readAtMs)]],
  },
];

export const clusterFamilies: readonly ClusterFamily[] = [...Object.values(ofNouns).flat(), ...ofEvents, ...ofTheWhole];
