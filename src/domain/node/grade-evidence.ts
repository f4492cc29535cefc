import type { NodeId } from '../ids.ts';
import type { HomeReach } from './home-reach.ts';
import type { NodeObservation, NodeState } from './node.ts';
import type { NodeGrade } from './remembered-grade.ts';

interface Around {
  readonly bootIdBefore: string | undefined;
  readonly home: HomeReach | undefined;
  /** The nodes that have the same folder. */
  readonly sharing: readonly NodeId[];
}

/** Returns the evidence for the state of a node, as one clause for people. */
export function evidenceFor(state: NodeState, look: NodeObservation, grade: NodeGrade, { bootIdBefore, home, sharing }: Around): string {
  if (look.reachable) {
    const worker = look.workerAlive === false ? ', its worker does not run' : '';
    const through = look.through === undefined ? '' : ` by the system's ssh (${look.through})`;
    const reboot = bootIdBefore === undefined ? '' : `, rebooted since (boot id ${bootIdBefore} is now ${look.bootId ?? 'unknown'})`;
    return `answered${look.latencyMs === undefined ? '' : ` in ${Math.round(look.latencyMs)} ms`}${through}${worker}${reboot}${sharing.length === 0 ? '' : `; node.shared-folder: its folder is also that of ${sharing.join(', ')}`}`;
  }
  const failed = `no answer for ${Math.round(grade.failedMs / 1000)} s (${look.reason ?? grade.reason ?? 'no reason given'})`;
  if (state !== 'unreachable') return failed;
  const ours = home?.network === 'broken' ? `${home.evidence}, so the fault is ours` : 'most nodes do not answer, so the fault is probably ours';
  if (!grade.quorum) return `${failed}; not declared lost: ${ours}; if the node is gone: ringmaster node lost ${look.node}`;
  return grade.progressAtMs !== undefined && grade.progressAtMs > (grade.failingSinceMs ?? 0)
    ? `${failed}; its own worker answered meanwhile`
    : failed;
}
