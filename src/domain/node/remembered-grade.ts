/** What grading remembers of a node from one round to the next, and the machine that acts under the node's name. */
import { given } from '../../base/given.ts';
import type { NodeObservation, ObservedNode } from './node.ts';
import { isSamePlace, type NodePlace, placeText } from './place.ts';

/** The facts about a node that grading remembers from one round to the next. They are stored in the view of the node, as JSON. */
export interface NodeGrade {
  readonly gradedAtMs: number;
  readonly lastGoodAtMs?: number;
  readonly failingSinceMs?: number;
  readonly lastFailedAtMs?: number;
  readonly reason?: string;
  readonly bootId?: string;
  /** The machine and folder that act under the node's name. */
  readonly place?: NodePlace;
  /** Present while another machine or folder answers under the node's name than `place`, and is not accepted yet (`place.ts`). */
  readonly other?: NodePlace;
  /** The counted time during which looks at the node failed. */
  readonly failedMs: number;
  /** The part of `failedMs` that had quorum and followed the last sign of life. */
  readonly absentMs: number;
  readonly progressAtMs?: number;
  readonly quorum: boolean;
}
export interface GradedNode extends ObservedNode {
  readonly grade: NodeGrade;
}

export interface Places extends Pick<NodeGrade, 'place' | 'other'> {
  /** True when another place has just been accepted. */
  readonly isNew?: boolean;
}
export const placesOf = ({ place, other }: NodeGrade): Places => given({ place, other });

/** The look, with `isOther` when another place answered than the accepted one. Such a look is a failed look at the node. */
export type PlacedLook = NodeObservation & { readonly isOther?: true };

export function withPlace(
  { state }: ObservedNode,
  { place }: NodeGrade,
  look: NodeObservation,
): { readonly look: PlacedLook; readonly places: Places } {
  const now = look.place;
  if (now === undefined) return { look, places: given({ place }) };
  const isSame = place === undefined || isSamePlace(place, now);
  if (isSame || state === 'lost') return { look, places: { place: now, isNew: !isSame } };
  const reason = otherPlaceReason(place, now);
  return {
    look: { node: look.node, atMs: look.atMs, reachable: false, reason, fix: 'ringmaster explain node.other-machine', isOther: true },
    places: { place, other: now },
  };
}

const otherPlaceReason = (before: NodePlace, now: NodePlace): string =>
  `node.other-machine: ${placeText(now)} answers now, and jobs may still run on ${placeText(before)}`;

export function gradeOf(view: ObservedNode | GradedNode): NodeGrade {
  if ('grade' in view) return view.grade;
  // A node whose view has no grade starts with a counted time of zero. This start can delay a loss, but it never makes a loss come earlier.
  return {
    gradedAtMs: view.observedAtMs,
    failedMs: 0,
    absentMs: 0,
    quorum: false,
    ...(view.state === 'alive' ? { lastGoodAtMs: view.observedAtMs } : {}),
  };
}

/** Returns the grade without times after `latestMs`. Such a time was taken before the clock was set back. */
export const notAfter = (grade: NodeGrade, latestMs: number): NodeGrade => {
  const { gradedAtMs, lastGoodAtMs, failingSinceMs, lastFailedAtMs, progressAtMs } = grade;
  if (Math.max(gradedAtMs, lastGoodAtMs ?? 0, failingSinceMs ?? 0, lastFailedAtMs ?? 0, progressAtMs ?? 0) - latestMs < clockSetBackMsMin)
    return grade;
  const capped = (atMs: number | undefined): number | undefined => (atMs === undefined ? undefined : Math.min(atMs, latestMs));
  return {
    ...grade,
    gradedAtMs: Math.min(gradedAtMs, latestMs),
    ...given({
      lastGoodAtMs: capped(lastGoodAtMs),
      failingSinceMs: capped(failingSinceMs),
      lastFailedAtMs: capped(lastFailedAtMs),
      progressAtMs: capped(progressAtMs),
    }),
  };
};

/** A remembered time that is this much later than the present was taken before the clock was set back. */
const clockSetBackMsMin = 1_000;
