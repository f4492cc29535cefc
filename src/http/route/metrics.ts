import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { takesJobs } from '../../domain/node/merge.ts';
import { nodeStates } from '../../domain/node/node.ts';
import { nodeServices, serviceOf } from '../../domain/node/wish.ts';
import { jobKinds } from '../../domain/item/work-item.ts';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Labels are bounded: states and kinds are closed unions, pipelines are at most so many (those of the cluster file). */
const pipelinesMax = 32;
const nodeServicesShown = [...nodeServices, 'drained'];

/** Prometheus text format 0.0.4. Node and item names are no labels: there may be thousands. */
export function metricsText(status: ClusterStatus, nowMs: number): string {
  const pipelines = status.pipelines.slice(0, pipelinesMax);
  const perPipeline = (value: (one: (typeof pipelines)[number]) => number): Sample[] => pipelines.map((one) => [{ pipeline: one.name }, value(one)]);
  const count = <T>(list: readonly T[], has: (one: T) => boolean): number => list.filter(has).length;
  return [
    family(
      'ringmaster_queue_items',
      'gauge',
      'Work items by state.',
      Object.entries(status.queue).map(([state, items]) => [{ state }, items]),
    ),
    family(
      'ringmaster_jobs_open',
      'gauge',
      'Jobs under way by kind.',
      jobKinds.map((kind) => [{ kind }, count(status.openJobs, (job) => job.kind === kind)]),
    ),
    family(
      'ringmaster_nodes',
      'gauge',
      'Nodes by state.',
      nodeStates.map((state) => [{ state }, count(status.nodes, (node) => node.state === state)]),
    ),
    family(
      'ringmaster_nodes_wished',
      'gauge',
      'Nodes by what operators wish of them.',
      nodeServicesShown.map((service) => [{ service }, count(status.nodes, (node) => serviceOf(node) === service)]),
    ),
    family('ringmaster_node_slots', 'gauge', 'Slots of alive nodes that are in service.', [
      [{}, status.nodes.filter(takesJobs).reduce((sum, node) => sum + node.slots, 0)],
    ]),
    family(
      'ringmaster_pipeline_turn',
      'gauge',
      'Turn under way or last done.',
      perPipeline((one) => one.turn),
    ),
    family(
      'ringmaster_games_total',
      'counter',
      'Games in the game database.',
      perPipeline((one) => one.games),
    ),
    family(
      'ringmaster_promotions_total',
      'counter',
      'Candidates that passed the gate.',
      perPipeline((one) => one.promotions),
    ),
    family(
      'ringmaster_champion_elo',
      'gauge',
      'Rating of the champion.',
      perPipeline((one) => one.championElo),
    ),
    family(
      'ringmaster_pipeline_failed',
      'gauge',
      '1 while a pipeline stands failed.',
      perPipeline((one) => (one.stage === 'failed' ? 1 : 0)),
    ),
    family(
      'ringmaster_process_restarts_total',
      'counter',
      'Restarts by the launcher.',
      status.processes.slice(0, 32).map((one) => [{ process: one.name }, one.restarts]),
    ),
    family('ringmaster_read_model_age_seconds', 'gauge', 'Age of what these numbers rest on.', [[{}, Math.max(0, nowMs - status.readAtMs) / 1000]]),
  ].join('');
}

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
