/** `silence-alerts/<id>`: an operator silences alerts or ends silences (`ringmaster alert silence|unsilence`). The ledger records the silences. */
import type { SilenceReply, SilenceRequest } from '../../src/domain/alert/silence.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';

export async function silenceAlerts(request: SilenceRequest): Promise<SilenceReply> {
  try {
    return await ledger.silenceAlerts(request);
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
