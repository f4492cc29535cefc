/**
 * Grades the nodes from the looks at them. A node that cannot be reached has not necessarily failed.
 *
 *   joining ──good──→ alive ──bad──→ suspect ──→ unreachable ──→ lost
 *      └──────────────bad───────────────────────────↑
 *   One good look makes a node in any of these states alive.
 *
 * | looks at the node                     | for this long (counted, see below)     | new state   | unless                                           |
 * |---------------------------------------|----------------------------------------|-------------|--------------------------------------------------|
 * | a good look                           | at once                                | alive       | –                                                |
 * | a good look with another boot id      | at once                                | alive       | – (the evidence and `rebooted` name the reboot)  |
 * | another machine answers (`place.ts`)  | at once; it counts as a failed look    | unreachable | the node is lost: the other machine is accepted  |
 * | failed looks                          | `suspectAfterSeconds`                  | suspect     | –                                                |
 * | failed looks                          | `unreachableAfterSeconds`              | unreachable | –                                                |
 * | failed looks, with quorum             | `lostAfterSeconds`                     | lost        | an artefact grew or a job made progress after    |
 * |                                       |                                        |             | the looks began to fail                          |
 *
 * Time counts only between two consecutive gradings that each had a failed look at the node. The time between them counts as at most
 * `suspectAfterSeconds`, or as at most 10 s if 10 s is longer. So no node ages while our own process sleeps. A node without a new look keeps its
 * state. The time between two gradings of one process comes from a clock that does not step. When the clock of the machine was set back, the times that
 * are remembered lie in the future. They then count as the present: otherwise each look would seem older than the last one, and would be ignored.
 *
 * Quorum means that a majority of all voters was reached lately. If most nodes vanish at once, the fault is probably in our own network. A node was
 * reached when a look at it was good. Home is one more voter, as a tie-breaker. In a vote with home, a node was also reached when its own worker
 * replied through the server:
 *
 * | nodes | reached | home's own network (`home-reach.ts`) | quorum | why                                                                      |
 * |-------|---------|--------------------------------------|--------|--------------------------------------------------------------------------|
 * | any   | more than half                | any            | yes    | a majority of nodes                                                      |
 * | 2k    | half of them, at least one    | works, unknown | yes    | home and k nodes of 2k + 1 voters: one of two dead nodes can be lost     |
 * | 2k    | half of them, at least one    | broken         | no     | the fault is ours                                                        |
 * | any   | less than half                | any            | no     | the fault is probably ours                                               |
 * | 1     | none                          | any            | no     | home alone is no majority of 2 voters, and no other node could go on     |
 *
 * A node at home (`local`) counts as reached. That it answers shows that home works; the default route shows that home's network works. Where this rule
 * declares no loss, an operator can: `ringmaster node lost <id>` (`decided-loss.ts`).
 *
 * While there is no quorum, the time that counts towards a loss stands still. It goes on from the same value when the other nodes are back. Growth and
 * progress set the time that counts towards a loss back to zero.
 *
 * A lost node stays lost until a good look. Steps were taken because of the loss, and a later doubt about the loss cannot undo them.
 *
 * Never allowed: a loss without quorum at that moment; a loss before `lostAfterSeconds` of counted failing; a new state because no look could be
 * made.
 */
import { given } from '../../base/given.ts';
import type { NodeId } from '../ids.ts';
import type { HomeReach } from './home-reach.ts';
import type { NodeLimits, NodeObservation, NodeState, ObservedNode } from './node.ts';
import { evidenceFor } from './grade-evidence.ts';
import { sharedFolders } from './place.ts';
import { type GradedNode, gradeOf, type NodeGrade, notAfter, type PlacedLook, placesOf, withPlace } from './remembered-grade.ts';

/** The newest sign of life of a node: growth of an artefact, progress of a job, or a reply of the node's own worker. */
export interface NodeProgress {
  readonly node: NodeId;
  readonly atMs: number;
}

export interface GradeInput {
  /** All nodes of the cluster. The view of a node that was graded before contains its grade. */
  readonly views: readonly (ObservedNode | GradedNode)[];
  readonly observations: readonly NodeObservation[];
  readonly progress?: readonly NodeProgress[];
  /** Whether home's own network works. Absent means that home has no vote. */
  readonly home?: HomeReach;
  readonly limits: NodeLimits;
  readonly nowMs: number;
  /** The time since the last grading, by a clock that does not step. Absent when another process made the last grading. */
  readonly passedMs?: number;
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

/** Returns all nodes with their new grades, and the changes of state. */
export function gradeNodes({ views, observations, progress = [], home, limits, nowMs, passedMs }: GradeInput): Grading {
  const newest = newestByNode(observations);
  const grown = newestByNode(progress);
  const seen = views.map((view) => {
    const newestLook = newest.get(view.node);
    const before = notAfter(gradeOf(view), Math.min(nowMs, (newestLook?.atMs ?? nowMs) - 1));
    const { look, places } = newestLook === undefined ? { look: undefined, places: placesOf(before) } : withPlace(view, before, newestLook);
    const isNew = look !== undefined && look.atMs > Math.max(before.lastGoodAtMs ?? -1, before.lastFailedAtMs ?? -1);
    return isNew ? { view, before, look, places } : { view, before, look: undefined, places: placesOf(before) };
  });
  const shared = sharedFolders(seen.map(({ view, places }) => ({ node: view.node, place: places.place })));
  const answering = new Set(
    seen.flatMap(({ view, before, look }) => {
      const isReached = look === undefined ? before.failingSinceMs === undefined && lately(before.lastGoodAtMs, limits, nowMs) : look.reachable;
      return isReached ? [view.node] : [];
    }),
  );
  // With home's vote, a node also counts when its own worker has replied since the last grading.
  const replied = seen.filter(({ view, before }) => !answering.has(view.node) && (grown.get(view.node)?.atMs ?? -1) > before.gradedAtMs);
  const reached = answering.size + replied.length;
  const homeVotes = home !== undefined && home.network !== 'broken' && reached > 0;
  const quorum = answering.size * 2 > views.length || (homeVotes && (reached + 1) * 2 > views.length + 1);

  const nodes: GradedNode[] = [];
  const changes: NodeChange[] = [];
  const rebooted: NodeId[] = [];
  for (const { view, before, look, places } of seen) {
    const sharesFolderWith = shared.get(view.node);
    const grade = regrade(before, look, grown.get(view.node)?.atMs, { limits, nowMs, passedMs, quorum });
    const bootIdBefore = places.isNew === true ? undefined : before.bootId;
    const reboot = look?.reachable === true && bootIdBefore !== undefined && look.bootId !== undefined && look.bootId !== bootIdBefore;
    if (reboot) rebooted.push(view.node);
    const state = verdict(view.state, look, grade, limits, quorum);
    const around = { bootIdBefore: reboot ? before.bootId : undefined, home, sharing: sharesFolderWith ?? [] };
    const evidence = look === undefined ? view.evidence : evidenceFor(state, look, grade, around);
    const { noise, fix, diskFreeBytes, ...rest } = view;
    nodes.push({
      ...rest,
      state,
      sinceMs: state === view.state ? view.sinceMs : nowMs,
      evidence,
      observedAtMs: look?.atMs ?? view.observedAtMs,
      ...given({
        heardAtMs: grade.lastGoodAtMs,
        diskFreeBytes: look?.reachable === true ? look.diskFreeBytes : diskFreeBytes,
        sharesFolderWith,
        noise: look?.reachable === true ? look.noise : noise,
        fix: look === undefined ? fix : look.fix,
      }),
      grade: { ...grade, ...given({ place: places.place, other: places.other }) },
    });
    if (state !== view.state) changes.push({ node: view.node, from: view.state, to: state, evidence });
  }
  return { nodes, changes, quorum, rebooted };
}

interface Round {
  readonly limits: NodeLimits;
  readonly nowMs: number;
  readonly passedMs: number | undefined;
  readonly quorum: boolean;
}

function regrade(
  before: NodeGrade,
  look: NodeObservation | undefined,
  progressAtMs: number | undefined,
  { limits, nowMs, passedMs: steadyMs, quorum }: Round,
): NodeGrade {
  const progressed = Math.max(progressAtMs ?? -1, before.progressAtMs ?? -1);
  const kept = {
    gradedAtMs: nowMs,
    quorum,
    ...given({ lastGoodAtMs: before.lastGoodAtMs, bootId: before.bootId, progressAtMs: progressed < 0 ? undefined : progressed }),
  };
  if (look?.reachable === true) {
    return { ...kept, failedMs: 0, absentMs: 0, lastGoodAtMs: look.atMs, ...given({ bootId: look.bootId }) };
  }
  const failingSinceMs = before.failingSinceMs ?? look?.atMs;
  if (failingSinceMs === undefined) return { ...kept, failedMs: 0, absentMs: 0 };
  const counts = look !== undefined && before.failingSinceMs !== undefined;
  const passedMs = counts ? Math.min(Math.max(0, steadyMs ?? nowMs - before.gradedAtMs), roundMsMax(limits)) : 0;
  const lastFailedAtMs = look?.atMs ?? before.lastFailedAtMs ?? failingSinceMs;
  const signOfLife = progressed > lastFailedAtMs || (progressed > failingSinceMs && progressed > (before.progressAtMs ?? -1));
  const absentMs = signOfLife ? 0 : before.absentMs + (quorum && before.quorum ? passedMs : 0);
  const reason = look?.reason ?? before.reason;
  return { ...kept, failingSinceMs, lastFailedAtMs, failedMs: before.failedMs + passedMs, absentMs, ...given({ reason }) };
}

function verdict(state: NodeState, look: PlacedLook | undefined, grade: NodeGrade, limits: NodeLimits, quorum: boolean): NodeState {
  if (look === undefined) return state;
  if (look.reachable) return 'alive';
  if (state === 'lost') return 'lost';
  if (quorum && grade.absentMs >= limits.lostAfterSeconds * 1000 && grade.failedMs >= limits.unreachableAfterSeconds * 1000) return 'lost';
  if (look.isOther === true) return 'unreachable';
  if (state === 'unreachable' || grade.failedMs >= limits.unreachableAfterSeconds * 1000) return 'unreachable';
  if (state === 'joining') return 'joining';
  return state === 'suspect' || grade.failedMs >= limits.suspectAfterSeconds * 1000 ? 'suspect' : 'alive';
}

const lately = (atMs: number | undefined, limits: NodeLimits, nowMs: number): boolean => atMs !== undefined && nowMs - atMs <= roundMsMax(limits);

/** Returns the longest time that a single round can count. A round takes as long as its slowest look, and a look at an absent node takes 5 s to fail. */
const roundMsMax = ({ suspectAfterSeconds }: NodeLimits): number => Math.max(suspectAfterSeconds, 10) * 1000;

function newestByNode<T extends { readonly node: NodeId; readonly atMs: number }>(looks: readonly T[]): ReadonlyMap<NodeId, T> {
  const newest = new Map<NodeId, T>();
  for (const look of looks) if ((newest.get(look.node)?.atMs ?? -Infinity) < look.atMs) newest.set(look.node, look);
  return newest;
}
