/**
 * `steer-delivery/<id>`: an operator sends dead letters again, drops them, or sends a range of the log to one subscriber once more (`ringmaster event dead
 * redrive|drop`, `ringmaster event replay`). The ledger worker changes the log, and its delivery goes on at once.
 */
import type { SteerDelivery, SteeredDelivery } from '../../src/domain/event/steer-delivery.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';

export async function steerDelivery(request: SteerDelivery): Promise<SteeredDelivery> {
  try {
    return await ledger.steerDelivery(request);
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
