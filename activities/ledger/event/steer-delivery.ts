import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { steeringFaults } from '../../../src/domain/event/steer-delivery.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { steerDeliveries } from '../../../src/storage/event/steer-deliveries.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Changes the delivery in the log, and wakes it. A repeat of a redrive or a drop finds no such dead letter and is refused. */
export const steerDelivery =
  ({ events, now }: LedgerDependencies): LedgerActivities['steerDelivery'] =>
  async (request) => {
    const faults = steeringFaults(request);
    if (faults.length > 0)
      throw new RingmasterError('config.invalid', {
        cannot: 'change the delivery of events',
        because: faults.join('; '),
        hint: { run: 'ringmaster event dead --help' },
        fields: { faults: faults.length },
      });
    const steered = events.use(({ log }) => steerDeliveries(log, request, now()));
    events.added();
    return steered;
  };
