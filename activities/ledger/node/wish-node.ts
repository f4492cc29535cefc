import { given } from '../../../src/base/given.ts';
import { nearestName } from '../../../src/base/nearest-name.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { mergeNode } from '../../../src/domain/node/merge.ts';
import { type PendingShape, strandedBy } from '../../../src/domain/node/stranded.ts';
import { loseNode } from './lose-node.ts';
import { nextWish, serviceVerbs, type WishRequest } from '../../../src/domain/node/wish.ts';
import { wishFaults } from '../../../src/domain/node/wish-faults.ts';
import { pendingShapes } from '../../../src/storage/queue/pending-shapes.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Records the wish, unless it is refused. A request that puts the node in service also ends its rest. All that the decision depends on is read in the same transaction. */
export const wishNode =
  ({ ledgers, now }: LedgerDependencies): LedgerActivities['wishNode'] =>
  async (request) => {
    const { queue, resources } = ledgers;
    const faults = wishFaults(request);
    if (faults.length > 0) throw invalid(request, faults);
    const { node, service, force = false } = request;
    const verb = verbOf(service);
    return resources.ledger.write(`${verb} ${node}`, () => {
      const observed = resources.observedNodes();
      const wishes = resources.wishes.all();
      const seen = observed.find((one) => one.node === node);
      const before = wishes.get(node);
      // When the cluster file no longer names the node, the ledger accepts only a request that puts the node back in service.
      if (seen === undefined && (before === undefined || service !== 'in-service'))
        throw unknown(request, [...observed.map((one) => one.node), ...wishes.keys()]);
      const openJobs = queue.openRows().flatMap((row) => (row.node === node ? [{ item: row.id, epoch: row.epoch }] : []));
      if (service === 'lost') return { node, ...given({ wish: before }), openJobs, ...loseNode(ledgers, request, now()) };
      const wish = nextWish(before, { ...request, service }, now());
      if (seen !== undefined && wish !== undefined && !force) {
        const others = observed.filter((one) => one.node !== node).map((one) => mergeNode(one, wishes.get(one.node)));
        const stranded = strandedBy({ before: mergeNode(seen, before), after: mergeNode(seen, wish), others, shapes: pendingShapes(queue) });
        if (stranded.length > 0) throw isNeeded(request, stranded);
      }
      if (wish !== undefined) resources.wishes.put(node, wish);
      const hasEndedRest = service === 'in-service' && resources.runs.end(node, `${request.by}: ${request.reason}`, now());
      const present = wish ?? before;
      return {
        node,
        changed: wish !== undefined || hasEndedRest,
        ...given({ wish: present }),
        openJobs,
      };
    });
  };

const verbOf = (service: WishRequest['service']): string => (service === 'lost' ? 'lose' : serviceVerbs[service].verb);

const invalid = ({ node }: WishRequest, faults: readonly string[]): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: `record the wish for node ${JSON.stringify(node)}`,
    because: faults.join('; '),
    hint: { run: 'ringmaster node cordon --help' },
    fields: { faults: faults.length },
  });

function unknown({ node, service }: WishRequest, known: readonly NodeId[]): RingmasterError {
  const nearest = nearestName(node, known);
  return new RingmasterError('node.unknown', {
    cannot: `${verbOf(service)} ${node}`,
    because: `the cluster has no node ${node}${nearest === undefined ? '' : ` (is it ${nearest}?)`}`,
    hint: { run: 'ringmaster node list' },
    fields: { node, ...given({ nearest }) },
  });
}

function isNeeded({ node, service }: WishRequest, stranded: readonly PendingShape[]): RingmasterError {
  const verb = verbOf(service);
  const say = 'another node for them first, or letting them wait';
  const items = stranded.reduce((sum, shape) => sum + shape.items, 0);
  return new RingmasterError('node.needed', {
    cannot: `${verb} ${node}`,
    because: `it is the last node that could run ${stranded.map(needOf).join('; and ')}`,
    // `uncordon` has no option --force: only a request through the workflow can lower slots or labels, and this request has the field `force`.
    hint: service === 'in-service' ? { say: `${say}: force true in the request` } : { say, run: `ringmaster node ${verb} ${node} --force` },
    fields: { node, items },
  });
}

/** Returns a text such as "3 pending items that need 2 slots with label gpu (cf.2.train.ab, x.1 …)". */
function needOf({ slots, labels, items, first }: PendingShape): string {
  const need = `${slots} ${slots === 1 ? 'slot' : 'slots'}${labels.length === 0 ? '' : ` with ${labels.length === 1 ? 'label' : 'labels'} ${labels.join(', ')}`}`;
  const pending = items === 1 ? 'a pending item that needs' : `${items} pending items that need`;
  return `${pending} ${need} (${first.join(', ')}${items > first.length ? ' …' : ''})`;
}
