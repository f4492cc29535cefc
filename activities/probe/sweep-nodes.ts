import { Context } from '@temporalio/activity';
import { given } from '../../src/base/given.ts';
import type { ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import type { NodeConfig } from '../../src/domain/cluster/cluster.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { gradeNodes, type NodeProgress } from '../../src/domain/node/grade.ts';
import type { HomeReach } from '../../src/domain/node/home-reach.ts';
import type { NodeLimits, NodeObservation, ObservedNode } from '../../src/domain/node/node.ts';
import { firstView, isNewVerdict, routeOf } from '../../src/domain/node/sweep.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { Machines } from '../machines.ts';
import { withHeartbeat } from '../with-heartbeat.ts';

export interface SweepDependencies {
  readonly machines: Machines;
  readonly nodes: readonly NodeConfig[];
  readonly limits: NodeLimits;
  readonly intervalMs: number;
  /** Asks a node's own worker through the server, and returns true when its reply comes in time. */
  readonly isResidentAlive: (node: NodeId) => Promise<boolean>;
  /** Returns whether home's own network works. */
  readonly homeReach: () => HomeReach;
}

/** Returns the activity that probes all nodes at once, again and again, and grades each round. The activity ends when a verdict is new, or after `maxMs`. */
export function sweepNodes({ machines, nodes, limits, intervalMs, isResidentAlive, homeReach }: SweepDependencies): ProbeActivities['sweepNodes'] {
  const residents = nodes.filter((node) => node.worker === 'resident').map((node) => node.id);
  return async ({ known, maxMs }) => {
    const context = Context.current();
    // The end of the sweep and the time between two rounds come from a clock that does not step.
    const endAtMs = performance.now() + maxMs;
    let gradedAtMs: number | undefined;
    // The heartbeat carries the last grades. A new gateway continues from them, so that the counted time of a failing node is not lost.
    const carried = (context.info.heartbeatDetails as readonly ObservedNode[] | undefined) ?? known;
    let views: readonly ObservedNode[] = nodes.map((node) => {
      const before = carried.find((view) => view.node === node.id);
      return before === undefined ? firstView(node, Date.now()) : { ...before, slots: node.slots, labels: node.labels };
    });
    const sweep = async () => {
      for (;;) {
        const looks = await Promise.all(machines.all().map((machine) => lookAt(machine, residents.includes(machine.node))));
        const progress = await signsOfLife(looks, residents, isResidentAlive);
        const steadyMs = performance.now();
        const graded = gradeNodes({
          views,
          observations: looks,
          progress,
          home: homeReach(),
          limits,
          nowMs: Date.now(),
          ...given({ passedMs: gradedAtMs === undefined ? undefined : steadyMs - gradedAtMs }),
        });
        gradedAtMs = steadyMs;
        views = graded.nodes.map((view) => {
          const look = looks.find((one) => one.node === view.node);
          return { ...view, route: routeOf(view, look, residents.includes(view.node)) };
        });
        context.heartbeat(views);
        const hasLeft = known.some(({ node }) => !views.some((view) => view.node === node));
        const isNews =
          hasLeft ||
          views.some((view) =>
            isNewVerdict(
              known.find((other) => other.node === view.node),
              view,
            ),
          );
        if (isNews || performance.now() >= endAtMs) return { nodes: views, residents };
        await context.sleep(intervalMs);
      }
    };
    return withHeartbeat(sweep, () => views);
  };
}

/** Returns what one probe of a node observed. A probe that fails is an observation, too: the node is not reachable. */
async function lookAt(machine: Machine, isResident: boolean): Promise<NodeObservation> {
  try {
    const { workerAlive, ...seen } = await machine.probe();
    return { node: machine.node, atMs: Date.now(), reachable: true, ...seen, ...(isResident ? { workerAlive } : {}) };
  } catch (error) {
    const failure = toFailureRecord(error);
    // A person must act on a folder that is not ours, and `explain CODE` says how.
    const code = failure.code.startsWith('node.') ? `${failure.code}: ` : '';
    return { node: machine.node, atMs: Date.now(), reachable: false, reason: `${code}${sentenceOf(failure)}` };
  }
}

/**
 * Returns the nodes that SSH does not reach although their own worker replies. The worker connects to the server by itself, so its reply is a sign of
 * life. A node with a sign of life is not declared lost.
 */
async function signsOfLife(
  looks: readonly NodeObservation[],
  residents: readonly NodeId[],
  isResidentAlive: SweepDependencies['isResidentAlive'],
): Promise<readonly NodeProgress[]> {
  const silent = looks.filter((look) => !look.reachable && residents.includes(look.node));
  const signs = await Promise.all(silent.map(async ({ node }) => ((await isResidentAlive(node)) ? [{ node, atMs: Date.now() }] : [])));
  return signs.flat();
}
