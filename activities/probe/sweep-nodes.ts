import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { given } from '../../src/base/given.ts';
import type { ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import type { NodeConfig } from '../../src/domain/cluster/cluster.ts';
import { hintText } from '../../src/domain/failure/hint.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { gradeNodes, type NodeProgress } from '../../src/domain/node/grade.ts';
import type { HomeReach } from '../../src/domain/node/home-reach.ts';
import type { NodeLimits, NodeObservation, NodeWorker, ObservedNode } from '../../src/domain/node/node.ts';
import { changedNodes, summaryOf, type SweptNodes, verdictOf } from '../../src/domain/node/swept-nodes.ts';
import { acceptedPlace, placeKey } from '../../src/domain/node/place.ts';
import { firstView, routeOf } from '../../src/domain/node/sweep.ts';
import type { Machine, MachineProbe } from '../../src/transport/machine.ts';
import type { Machines } from '../machines.ts';
import { withHeartbeat } from '../with-heartbeat.ts';

/** The own worker of a node, as the gateway knows it after a look. */
export interface WorkerLook {
  /** False when calls must go over SSH, for example because the way to the server is closed. The node's workflow then asks for a start. */
  readonly isUsable: boolean;
  readonly worker?: NodeWorker;
}

export type WorkerSeen = Pick<MachineProbe, 'workerAlive' | 'workerForm' | 'workerEnd'>;

export interface SweepDependencies {
  readonly machines: Machines;
  readonly nodes: readonly NodeConfig[];
  readonly limits: NodeLimits;
  readonly intervalMs: number;
  /** Asks a node's own worker through the server, and returns true when its reply comes in time. */
  readonly isResidentAlive: (node: NodeId) => Promise<boolean>;
  /** Returns what the gateway knows of a node's own worker. */
  readonly workerOf?: (node: NodeId, seen: WorkerSeen) => WorkerLook;
  /** Is called when a worker runs on a node on which the cluster file wants none. */
  readonly onNeedless?: (node: NodeId) => void;
  /** Returns whether home's own network works. */
  readonly homeReach: () => HomeReach;
  /** Receives the key of the place at which each node may act (`src/domain/node/place.ts`). */
  readonly accept: (node: NodeId, place: string) => void;
  /** Aborts when the worker is to end. The sweep then ends with its next round, so its daemon runs on. */
  readonly stopping?: AbortSignal;
  /** The sweep's file, which outlives this process. `write` returns false when the file cannot be written. */
  readonly file: { readonly read: () => SweptNodes | undefined; readonly write: (swept: SweptNodes) => boolean };
}

/** Returns the activity that probes all nodes at once, again and again, and grades each round. The activity ends when a verdict is new, or after `maxMs`. */
export function sweepNodes(dependencies: SweepDependencies): ProbeActivities['sweepNodes'] {
  const { machines, nodes, limits, intervalMs, isResidentAlive, homeReach, accept, file, stopping } = dependencies;
  const residents = nodes.filter((node) => node.worker === 'resident').map((node) => node.id);
  return async ({ known, since, maxMs }) => {
    const context = Context.current();
    // The end of the sweep and the time between two rounds come from a clock that does not step.
    const endAtMs = performance.now() + maxMs;
    let gradedAtMs: number | undefined;
    // A new gateway continues from the last grades, so that the counted time of a failing node is not lost. They are in the file, or in the heartbeat
    // when the file cannot be written.
    const before = file.read();
    const details = (context.info.heartbeatDetails as readonly ObservedNode[] | undefined) ?? [];
    // Later entries win. With `since`, `known` has only what the ledger has decided, and a decision is newer than the file.
    const newest = since === undefined ? [...known, ...details] : [...details, ...known];
    const carried = new Map([...(before?.views ?? []), ...newest].map((view) => [view.node, view]));
    const isKnown = since !== undefined && before?.seq === since;
    const reported = [...(isKnown ? before.reported : []), ...known.map(verdictOf)];
    // A result with all nodes has a number that does not follow the caller's number.
    const seq = isKnown ? since + 1 : Math.max(before?.seq ?? 0, since ?? 0) + 2;
    let views: readonly ObservedNode[] = nodes.map((node) => {
      const seen = carried.get(node.id);
      return seen === undefined ? firstView(node, Date.now()) : { ...seen, slots: node.slots, labels: node.labels };
    });
    let isWritten = true;
    const signal = AbortSignal.any([context.cancellationSignal, ...(stopping === undefined ? [] : [stopping])]);
    const sweep = async (): ReturnType<ProbeActivities['sweepNodes']> => {
      for (;;) {
        const looks = await Promise.all(machines.all().map((machine) => lookAt(machine, residents.includes(machine.node), dependencies)));
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
        views = graded.nodes.map(({ worker: lastWorker, ...view }) => {
          const look = looks.find((one) => one.node === view.node);
          const isResident = residents.includes(view.node);
          return {
            ...view,
            route: routeOf(view, look, isResident),
            ...given({ worker: isResident ? keepEnd(look?.worker, lastWorker) : undefined }),
          };
        });
        for (const view of views) {
          const place = acceptedPlace(view);
          if (place !== undefined) accept(view.node, placeKey(place));
        }
        const changed = changedNodes(views, reported);
        const hasLeft = reported.some(({ node }) => !views.some((view) => view.node === node));
        const isOver = hasLeft || changed.length > 0 || stopping?.aborted === true || performance.now() >= endAtMs;
        const written = isOver
          ? { v: 1 as const, seq, reported: views.map(verdictOf), views }
          : { v: 1 as const, seq: before?.seq ?? 0, reported: before?.reported ?? [], views };
        isWritten = file.write(written);
        if (isOver) return isWritten ? { nodes: changed, residents, seq, summary: summaryOf(views) } : { nodes: views, residents };
        context.heartbeat(isWritten ? undefined : views);
        await sleep(intervalMs, undefined, { signal }).catch(() => context.cancellationSignal.throwIfAborted());
      }
    };
    return withHeartbeat(sweep, () => (isWritten ? undefined : views));
  };
}

/** Returns what one probe of a node observed. A probe that fails is an observation, too: the node is not reachable. */
async function lookAt(
  machine: Machine,
  isResident: boolean,
  { workerOf, onNeedless }: Pick<SweepDependencies, 'workerOf' | 'onNeedless'>,
): Promise<NodeObservation> {
  try {
    const { workerAlive, workerForm, workerEnd, ...seen } = await machine.probe();
    if (!isResident && workerAlive) onNeedless?.(machine.node);
    if (!isResident) return { node: machine.node, atMs: Date.now(), reachable: true, ...seen };
    const look = workerOf?.(machine.node, { workerAlive, ...given({ workerForm, workerEnd }) });
    const isAlive = look?.isUsable ?? workerAlive;
    return { node: machine.node, atMs: Date.now(), reachable: true, ...seen, workerAlive: isAlive, ...given({ worker: look?.worker }) };
  } catch (error) {
    const failure = toFailureRecord(error);
    // A person must act on a folder that is not ours or a login that is no shell, and `explain CODE` says how.
    const code = failure.code.startsWith('node.') || failure.code === 'transport.no-shell' ? `${failure.code}: ` : '';
    return {
      node: machine.node,
      atMs: Date.now(),
      reachable: false,
      reason: `${code}${sentenceOf(failure)}`,
      ...given({ fix: failure.hint && hintText(failure.hint) }),
    };
  }
}

/** Keeps the newest end of a worker, with the time of the look that found it first. */
function keepEnd(now: NodeWorker | undefined, before: NodeWorker | undefined): NodeWorker | undefined {
  const [end, lastEnd] = [now?.ended, before?.ended];
  const isKnown = end === undefined || (end.pid === lastEnd?.pid && end.how === lastEnd.how);
  return now === undefined ? before : { ...now, ...given({ ended: isKnown ? lastEnd : end }) };
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
