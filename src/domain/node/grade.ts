/**
 * What the cluster believes of its nodes, from looks at them. Unreachable is not failed.
 *
 *   joining ──good──→ alive ──bad──→ suspect ──→ unreachable ──→ lost
 *      └──────────────bad───────────────────────────↑
 *   from each of them back to alive on one good look
 *
 * | evidence                              | for how long (counted, see below)      | moves to    | vetoed by                                        |
 * |---------------------------------------|----------------------------------------|-------------|--------------------------------------------------|
 * | a good look                           | at once                                | alive       | –                                                |
 * | looks that fail                       | `suspectAfterSeconds`                  | suspect     | –                                                |
 * | looks that fail                       | `unreachableAfterSeconds`              | unreachable | –                                                |
 * | looks that fail, with quorum          | `lostAfterSeconds`                     | lost        | no quorum; growth of artefacts or job progress   |
 * |                                       |                                        |             | seen since the looks began to fail               |
 * | a good look with another boot id      | at once                                | alive       | – (said in the evidence and in `rebooted`)       |
 *
 * Time is counted only while we looked: between two gradings in both of which the look at this node failed, and at most
 * `suspectAfterSeconds` (10 s at least) each, so that a sleep of our own process ages nobody. A node that was not looked at keeps its state.
 * The clock for *lost* stands still while there is no quorum: a majority of all nodes has answered lately. If most nodes vanish at once
 * the fault is ours; then nothing is declared lost, and when the others come back the clock goes on from where it stood. So a cluster of
 * one or two nodes never declares loss by itself. Growth and progress set that clock back to zero.
 * `lost` is final until a good look: what was done on the strength of it cannot be undone by doubt.
 *
 * What is never allowed: lost without quorum at that moment; lost before `lostAfterSeconds` of counted failing; any step on a failure to ask.
 */
import type { NodeId } from '../ids.ts';
import type { NodeLimits, NodeObservation, NodeState, ObservedNode } from './node.ts';

/** What grading must remember from one time to the next. It travels inside the view, as JSON. */
export interface NodeGrade {
  readonly gradedAtMs: number;
  readonly lastGoodAtMs?: number;
  readonly failingSinceMs?: number;
  readonly lastFailedAtMs?: number;
  readonly reason?: string;
  readonly bootId?: string;
  /** Counted time of failing, and the part of it with quorum and without signs of life. */
  readonly failedMs: number;
  readonly absentMs: number;
  readonly progressAtMs?: number;
  readonly quorum: boolean;
}
export interface GradedNode extends ObservedNode {
  readonly grade: NodeGrade;
}

/** The newest growth of artefacts or progress of a job seen from this node. */
export interface NodeProgress {
  readonly node: NodeId;
  readonly atMs: number;
}

export interface GradeInput {
  /** All nodes of the cluster; those graded before carry their grade, others start afresh. */
  readonly views: readonly (ObservedNode | GradedNode)[];
  readonly observations: readonly NodeObservation[];
  readonly progress?: readonly NodeProgress[];
  readonly limits: NodeLimits;
  readonly nowMs: number;
}

export interface NodeChange {
  readonly node: NodeId;
  readonly from: NodeState;
  readonly to: NodeState;
  readonly evidence: string;
}

export interface Grading {
  readonly nodes: readonly GradedNode[];
  readonly changes: readonly NodeChange[];
  readonly quorum: boolean;
  readonly rebooted: readonly NodeId[];
}

export function gradeNodes({ views, observations, progress = [], limits, nowMs }: GradeInput): Grading {
  const newest = newestByNode(observations);
  const grown = newestByNode(progress);
  const seen = views.map((view) => {
    const before = gradeOf(view);
    const look = newest.get(view.node);
    const isNew = look !== undefined && look.atMs > Math.max(before.lastGoodAtMs ?? -1, before.lastFailedAtMs ?? -1);
    return { view, before, look: isNew ? look : undefined };
  });
  const answering = seen.filter(({ before, look }) =>
    look === undefined ? before.failingSinceMs === undefined && lately(before.lastGoodAtMs, limits, nowMs) : look.reachable,
  );
  const quorum = answering.length * 2 > views.length;

  const nodes: GradedNode[] = [];
  const changes: NodeChange[] = [];
  const rebooted: NodeId[] = [];
  for (const { view, before, look } of seen) {
    const grade = regrade(before, look, grown.get(view.node)?.atMs, { limits, nowMs, quorum });
    const reboot = look?.reachable === true && before.bootId !== undefined && look.bootId !== undefined && look.bootId !== before.bootId;
    if (reboot) rebooted.push(view.node);
    const state = verdict(view.state, look, grade, limits, quorum);
    const evidence = look === undefined ? view.evidence : say(state, look, grade, reboot ? before.bootId : undefined);
    nodes.push({
      ...view,
      state,
      sinceMs: state === view.state ? view.sinceMs : nowMs,
      evidence,
      observedAtMs: look?.atMs ?? view.observedAtMs,
      grade,
    });
    if (state !== view.state) changes.push({ node: view.node, from: view.state, to: state, evidence });
  }
  return { nodes, changes, quorum, rebooted };
}

function gradeOf(view: ObservedNode | GradedNode): NodeGrade {
  if ('grade' in view) return view.grade;
  // Without a memory nothing counts as failing yet: starting afresh delays a loss, it never hastens one.
  return {
    gradedAtMs: view.observedAtMs,
    failedMs: 0,
    absentMs: 0,
    quorum: false,
    ...(view.state === 'alive' ? { lastGoodAtMs: view.observedAtMs } : {}),
  };
}

interface Round {
  readonly limits: NodeLimits;
  readonly nowMs: number;
  readonly quorum: boolean;
}

function regrade(
  before: NodeGrade,
  look: NodeObservation | undefined,
  progressAtMs: number | undefined,
  { limits, nowMs, quorum }: Round,
): NodeGrade {
  const progressed = Math.max(progressAtMs ?? -1, before.progressAtMs ?? -1);
  const kept = {
    gradedAtMs: nowMs,
    quorum,
    ...(before.lastGoodAtMs === undefined ? {} : { lastGoodAtMs: before.lastGoodAtMs }),
    ...(before.bootId === undefined ? {} : { bootId: before.bootId }),
    ...(progressed < 0 ? {} : { progressAtMs: progressed }),
  };
  if (look?.reachable === true) {
    return { ...kept, failedMs: 0, absentMs: 0, lastGoodAtMs: look.atMs, ...(look.bootId === undefined ? {} : { bootId: look.bootId }) };
  }
  const failingSinceMs = before.failingSinceMs ?? look?.atMs;
  if (failingSinceMs === undefined) return { ...kept, failedMs: 0, absentMs: 0 };
  const counts = look !== undefined && before.failingSinceMs !== undefined;
  const passedMs = counts ? Math.min(Math.max(0, nowMs - before.gradedAtMs), roundMsMax(limits)) : 0;
  const lastFailedAtMs = look?.atMs ?? before.lastFailedAtMs ?? failingSinceMs;
  const signOfLife = progressed > lastFailedAtMs || (progressed > failingSinceMs && progressed > (before.progressAtMs ?? -1));
  const absentMs = signOfLife ? 0 : before.absentMs + (quorum && before.quorum ? passedMs : 0);
  const reason = look?.reason ?? before.reason;
  return { ...kept, failingSinceMs, lastFailedAtMs, failedMs: before.failedMs + passedMs, absentMs, ...(reason === undefined ? {} : { reason }) };
}

function verdict(state: NodeState, look: NodeObservation | undefined, grade: NodeGrade, limits: NodeLimits, quorum: boolean): NodeState {
  if (look === undefined) return state;
  if (look.reachable) return 'alive';
  if (state === 'lost') return 'lost';
  if (quorum && grade.absentMs >= limits.lostAfterSeconds * 1000 && grade.failedMs >= limits.unreachableAfterSeconds * 1000) return 'lost';
  if (state === 'unreachable' || grade.failedMs >= limits.unreachableAfterSeconds * 1000) return 'unreachable';
  if (state === 'joining') return 'joining';
  return state === 'suspect' || grade.failedMs >= limits.suspectAfterSeconds * 1000 ? 'suspect' : 'alive';
}

function say(state: NodeState, look: NodeObservation, grade: NodeGrade, bootIdBefore: string | undefined): string {
  if (look.reachable) {
    const worker = look.workerAlive === false ? ', its worker does not run' : '';
    const through = look.through === undefined ? '' : ` by the system's ssh (${look.through})`;
    const reboot = bootIdBefore === undefined ? '' : `, rebooted since (boot id ${bootIdBefore} is now ${look.bootId ?? 'unknown'})`;
    return `answered${look.latencyMs === undefined ? '' : ` in ${Math.round(look.latencyMs)} ms`}${through}${worker}${reboot}`;
  }
  const failed = `no answer for ${Math.round(grade.failedMs / 1000)} s (${look.reason ?? grade.reason ?? 'no reason given'})`;
  if (state !== 'unreachable') return failed;
  if (!grade.quorum) return `${failed}; not declared lost: most nodes do not answer, so the fault is probably ours`;
  return grade.progressAtMs !== undefined && grade.progressAtMs > (grade.failingSinceMs ?? 0)
    ? `${failed}; its jobs made progress meanwhile`
    : failed;
}

const lately = (atMs: number | undefined, limits: NodeLimits, nowMs: number): boolean => atMs !== undefined && nowMs - atMs <= roundMsMax(limits);

/** A round of looks lasts as long as its slowest: a look at a node that is gone takes 5 s to fail. */
const roundMsMax = ({ suspectAfterSeconds }: NodeLimits): number => Math.max(suspectAfterSeconds, 10) * 1000;

function newestByNode<T extends { readonly node: NodeId; readonly atMs: number }>(looks: readonly T[]): ReadonlyMap<NodeId, T> {
  const newest = new Map<NodeId, T>();
  for (const look of looks) if ((newest.get(look.node)?.atMs ?? -Infinity) < look.atMs) newest.set(look.node, look);
  return newest;
}
