import { given } from '../../../src/base/given.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { pauseFaults } from '../../../src/domain/cluster/pause.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Records the pause of the whole cluster, or its end. A repeat changes nothing. */
export const pauseCluster =
  ({ ledgers: { resources }, now }: LedgerDependencies): LedgerActivities['pauseCluster'] =>
  async (request) => {
    const faults = pauseFaults(request);
    if (faults.length > 0) {
      throw new RingmasterError('config.invalid', {
        cannot: 'pause or resume the cluster',
        because: faults.join('; '),
        hint: { run: 'ringmaster pause --help' },
        fields: { faults: faults.length },
      });
    }
    const { verb, by, reason } = request;
    return resources.ledger.write(`${verb} the cluster`, () => {
      const before = resources.pauses.present();
      const changed = (before === undefined) === (verb === 'pause');
      if (changed && verb === 'pause') resources.pauses.begin({ by, reason, sinceMs: now() });
      if (changed && verb === 'resume') resources.pauses.end({ by, reason }, now());
      return { verb, changed, ...given({ pause: before ?? resources.pauses.present() }) };
    });
  };
