import { given } from '../../../src/base/given.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { nearestName } from '../../../src/base/nearest-name.ts';
import { dependantsOf, startOrder, withNeeds } from '../../../src/domain/daemon/graph.ts';
import { type DaemonWishRequest, daemonWishFaults } from '../../../src/domain/daemon/wish-request.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Records the request, unless it is refused. All that the decision depends on is read in the same transaction. */
export const wishDaemons =
  ({ ledgers: { resources }, duties, now }: LedgerDependencies): LedgerActivities['wishDaemons'] =>
  async (request) => {
    refuseFaults(request);
    const { rows } = duties;
    const { verb, by, reason } = request;
    const all = startOrder(rows).flat();
    const named = request.daemons?.flatMap((id) => namedBy(id, verb, all)) ?? all;
    const starts = verb === 'start' || verb === 'restart';
    const about = starts ? withNeeds(rows, named) : all.filter((id) => named.includes(id));
    const inOrder = verb === 'stop' && request.daemons === undefined;
    return resources.ledger.write(`${verb} daemons`, () => {
      const known = about.map((id) => resources.daemons.of(id));
      const sinceMs = Math.max(now(), ...known.map(({ wish }) => (wish?.sinceMs ?? 0) + 1));
      const wish = verb === 'reset' ? undefined : ({ wish: verb === 'stop' ? 'stopped' : 'running', by, reason, sinceMs } as const);
      // A daemon that is needed and runs already keeps the wish that it has.
      const changed = known.filter((one) => named.includes(one.id) || (one.wish?.wish ?? 'running') !== 'running').map(({ id }) => id);
      resources.daemons.noteRequest(changed, verb, { by, reason, sinceMs });
      if (wish !== undefined) for (const id of changed) resources.daemons.putWish(id, { ...wish, ...given({ inOrder: inOrder ? true : undefined }) });
      const order = verb === 'stop' ? changed.toReversed() : changed;
      return {
        verb,
        daemons: order.map((id) => ({ id, state: known.find((one) => one.id === id)?.record?.state ?? 'stopped' })),
        needed: changed.filter((id) => !named.includes(id)),
        waiting: verb === 'stop' ? [...new Set(named.flatMap((id) => dependantsOf(rows, id)))].filter((id) => !named.includes(id)) : [],
        inOrder,
        ...given({ wish }),
      };
    });
  };

function refuseFaults(request: DaemonWishRequest): void {
  const faults = daemonWishFaults(request);
  if (faults.length === 0) return;
  throw new RingmasterError('config.invalid', {
    cannot: 'follow a request about daemons',
    because: faults.join('; '),
    hint: { run: 'ringmaster daemon --help' },
    fields: { faults: faults.length },
  });
}

/** Returns the daemons that a name names. The name of a command daemon with labels names its daemons on all nodes. */
function namedBy(name: string, verb: string, all: readonly string[]): readonly string[] {
  const found = all.filter((id) => id === name || id.startsWith(`${name}/`));
  if (found.length === 0) throw unknownDaemon(verb, name, all);
  return found;
}

const unknownDaemon = (verb: string, id: string, known: readonly string[]): RingmasterError => {
  const near = nearestName(id, known);
  return new RingmasterError('daemon.unknown', {
    cannot: `${verb} daemon ${JSON.stringify(id)}`,
    because: 'the catalogue has no daemon of this name',
    hint: near === undefined ? { run: 'ringmaster daemon list' } : { run: `ringmaster daemon ${verb} ${near}` },
    fields: { daemon: id },
  });
};
