import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { WishReply, WishRequest } from '../../../src/domain/node/wish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Records an operator's decision that the node is lost (`src/domain/node/decided-loss.ts`). A repeat changes nothing. Refuses a node that answers. */
export function loseNode(
  { queue, resources }: LedgerDependencies['ledgers'],
  request: WishRequest,
  nowMs: number,
): Pick<WishReply, 'changed' | 'lost'> {
  const { node, by, reason } = request;
  const seen = resources.observedNodes().find((one) => one.node === node);
  if (seen?.state === 'alive') throw aliveAgain(request, queue.openRows().filter((row) => row.node === node).length);
  const changed = seen?.state !== 'lost';
  if (changed) {
    resources.losses.put({ node, by, reason, atMs: nowMs });
    resources.recordNodes(resources.observedNodes(), nowMs);
  }
  return { changed, lost: resources.observedNodes().find((one) => one.node === node)?.evidence ?? '' };
}

const aliveAgain = ({ node }: WishRequest, jobs: number): RingmasterError =>
  new RingmasterError('node.alive', {
    cannot: `declare node ${node} lost`,
    because: 'it answers, so its jobs may be running',
    hint: { say: 'taking it out of service, which lets its jobs finish', run: `ringmaster node drain ${node}` },
    fields: { node, jobs },
  });
