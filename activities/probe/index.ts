import { Context } from '@temporalio/activity';
import type { ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import type { NodeConfig } from '../../src/domain/cluster/cluster.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import { gradeNodes } from '../../src/domain/node/grade.ts';
import type { NodeLimits, NodeObservation, ObservedNode } from '../../src/domain/node/node.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { beating } from '../with-heartbeat.ts';
import type { Machines } from '../machines.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';

/** One look; a failure to look is what it saw. */
async function observe(machine: Machine, resident: boolean): Promise<NodeObservation> {
  try {
    const { workerAlive, ...seen } = await machine.probe();
    return { node: machine.node, atMs: Date.now(), reachable: true, ...seen, ...(resident ? { workerAlive } : {}) };
  } catch (error) {
    return { node: machine.node, atMs: Date.now(), reachable: false, reason: sentenceOf(toFailureRecord(error)) };
  }
}

const firstView = ({ id, slots, labels }: NodeConfig, nowMs: number): ObservedNode => ({
  node: id,
  state: 'joining',
  sinceMs: nowMs,
  route: 'gateway',
  slots,
  labels,
  evidence: 'not looked at yet',
  observedAtMs: nowMs,
});

export interface ProbeDeps {
  readonly machines: Machines;
  readonly nodes: readonly NodeConfig[];
  readonly limits: NodeLimits;
  readonly intervalMs: number;
  /** Asks a node's own worker through the server: true when it answers in time. */
  readonly residentAnswers: (node: NodeId) => Promise<boolean>;
}

export function createProbeActivities({ machines, nodes, limits, intervalMs, residentAnswers }: ProbeDeps): ProbeActivities {
  return {
    sweepNodes: async ({ known, maxMs }) => {
      const context = Context.current();
      const residents = nodes.filter((node) => node.worker === 'resident').map((node) => node.id);
      const endAtMs = Date.now() + maxMs;
      // What was graded last goes on in the heartbeat, so that a gateway that dies forgets no counted time.
      const carried = (context.info.heartbeatDetails as readonly ObservedNode[] | undefined) ?? known;
      let views: readonly ObservedNode[] = nodes.map((node) => {
        const before = carried.find((view) => view.node === node.id);
        return before === undefined ? firstView(node, Date.now()) : { ...before, slots: node.slots, labels: node.labels };
      });
      const sweep = async () => {
        for (;;) {
          const observations = await Promise.all(machines.all().map((machine) => observe(machine, residents.includes(machine.node))));
          // SSH may be cut while the node's worker, which dials out, goes on: a sign of life that vetoes loss.
          const silent = observations.filter((seen) => !seen.reachable && residents.includes(seen.node));
          const living = await Promise.all(silent.map(async ({ node }) => ((await residentAnswers(node)) ? [{ node, atMs: Date.now() }] : [])));
          const graded = gradeNodes({ views, observations, progress: living.flat(), limits, nowMs: Date.now() });
          views = graded.nodes.map((view) => ({ ...view, route: routeOf(view, residents, observations) }));
          context.heartbeat(views);
          const changed = views.some((view) => {
            const before = known.find((other) => other.node === view.node);
            return before === undefined || before.state !== view.state || before.route !== view.route;
          });
          if (changed || Date.now() >= endAtMs) return { nodes: views, residents };
          await context.sleep(intervalMs);
        }
      };
      return beating(sweep, () => views);
    },
  };
}

/** Resident only while its worker was seen to hold its lock; an unreachable node keeps the route it had. */
function routeOf(view: ObservedNode, residents: readonly NodeId[], observations: readonly NodeObservation[]): ObservedNode['route'] {
  const seen = observations.find((one) => one.node === view.node);
  if (!residents.includes(view.node)) return 'gateway';
  if (seen === undefined || !seen.reachable) return view.route;
  return seen.workerAlive === true ? 'resident' : 'gateway';
}
