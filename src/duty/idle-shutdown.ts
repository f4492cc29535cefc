/**
 * IDLE_SHUTDOWN drains a node that has had no job for the time that its entry names (`idle.after`), and then has the node's own command run on it. A node
 * without this key is left alone, and so are a node that an operator has put out of service and a node that a command daemon needs.
 *
 * | the node                                                            | step             |
 * |---------------------------------------------------------------------|------------------|
 * | needed by a command daemon (`nodesOfDaemons`)                       | none             |
 * | alive, in service, and without a job for `idle.after`               | `drain-node`     |
 * | alive, and drained by IDLE_SHUTDOWN                                 | `shut-node-down` |
 * | any other                                                           | none             |
 *
 * The time without a job is counted by a clock that does not step, and begins again with the ledger worker. The command runs once for each drain, so a
 * node that a person starts again stays up until it is in service and idle again.
 */
import { given } from '../base/given.ts';
import { nodesOfDaemons } from '../domain/daemon/nodes-of-daemons.ts';
import type { DutyStep } from '../domain/daemon/work.ts';
import type { NodeId } from '../domain/ids.ts';
import { isDrained, isInService, type NodeWish } from '../domain/node/wish.ts';
import { duty } from './duty.ts';

/** The operator of the drains that this duty makes. */
export const idleShutdown = 'IDLE_SHUTDOWN';

export interface IdleNode {
  readonly node: NodeId;
  readonly afterMs: number;
  readonly isAlive: boolean;
  readonly wish?: NodeWish;
  /** A command daemon that needs the node. */
  readonly neededBy?: string;
  /** For how long the node has been alive, in service, and without a job or a command daemon. Absent when it is not. */
  readonly idleMs?: number;
}

export const idleNodes = duty({
  observe: ({ model, config, rows, ages }): readonly IdleNode[] => {
    const busy = new Set(model.jobsWithLimits().map(({ node }) => node));
    const needed = nodesOfDaemons(rows, model.knownDaemons(), model.knownProcesses());
    const seen = new Map(model.knownNodes().map((one) => [one.view.node, one]));
    const nodes = config.nodes.flatMap(({ id, idle }) => {
      if (idle === undefined) return [];
      const { view, wish } = seen.get(id) ?? {};
      const isAlive = view?.state === 'alive';
      const neededBy = needed.get(id);
      const isIdle = isAlive && isInService({ wish }) && !busy.has(id) && neededBy === undefined;
      return [{ node: id, afterMs: idle.afterMs, isAlive, ...given({ wish, neededBy }), isIdle }];
    });
    const idleMs = ages.agesOf(nodes.flatMap(({ node, isIdle }) => (isIdle ? [node] : [])));
    return nodes.map(({ isIdle: _isIdle, ...one }) => ({ ...one, ...given({ idleMs: idleMs.get(one.node) }) }));
  },
  decide: decideIdle,
});

export function decideIdle(seen: readonly IdleNode[]) {
  const steps = seen.flatMap(stepOf);
  const say = ({ node, idleMs, afterMs, wish, isAlive, neededBy }: IdleNode): string => {
    if (neededBy !== undefined) return `needed by daemon ${neededBy}`;
    if (idleMs !== undefined) return `idle for ${minutes(idleMs)} of ${minutes(afterMs)}`;
    if (!isAlive) return 'not alive';
    return isOurs(wish) ? `drained, and in service again after ringmaster node uncordon ${node}` : 'at work, or out of service';
  };
  return {
    health: {
      healthy: true,
      message:
        seen.length === 0
          ? 'no node has the key idle'
          : `${seen.filter(({ idleMs }) => idleMs !== undefined).length} of ${seen.length} nodes are idle`,
      details: Object.fromEntries(seen.map((one) => [one.node, say(one)])),
    },
    memory: undefined,
    steps,
  };
}

const isOurs = (wish: NodeWish | undefined): boolean => wish?.by === idleShutdown && isDrained({ wish });

function stepOf({ node, afterMs, isAlive, wish, idleMs, neededBy }: IdleNode): readonly DutyStep[] {
  if (neededBy !== undefined) return [];
  if (idleMs !== undefined && idleMs >= afterMs)
    return [{ type: 'drain-node', node, by: idleShutdown, reason: `it had no job for ${minutes(idleMs)} (limit ${minutes(afterMs)})` }];
  if (isAlive && wish !== undefined && isOurs(wish)) return [{ type: 'shut-node-down', node, key: `${node}/${wish.sinceMs}`, because: wish.reason }];
  return [];
}

const minutes = (ms: number): string => `${Math.floor(ms / 60_000)} min`;
