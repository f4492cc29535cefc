import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { silenceFaults } from '../../../src/domain/alert/silence.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Silences alerts, or ends silences. A repeat makes the same silences again, or finds nothing to end. */
export const silenceAlerts =
  ({ ledgers: { alerts }, now }: Pick<LedgerDependencies, 'ledgers' | 'now'>): LedgerActivities['silenceAlerts'] =>
  async (request) => {
    const faults = silenceFaults(request);
    if (faults.length > 0)
      throw new RingmasterError('config.invalid', {
        cannot: 'silence alerts',
        because: faults.join('; '),
        hint: { run: 'ringmaster alert silence --help' },
        fields: { faults: faults.length },
      });
    const { verb, targets, by, reason, forSeconds = 0 } = request;
    const nowMs = now();
    if (verb === 'unsilence') {
      const silences = alerts.unsilence(targets, { by, reason }, nowMs);
      return { verb, silences, unknown: targets.filter((target) => !silences.some((one) => one.target === target)) };
    }
    const silences = targets.map((target) => ({ target, by, reason, sinceMs: nowMs, untilMs: nowMs + forSeconds * 1_000 }));
    alerts.silence(silences, nowMs);
    return { verb, silences, unknown: [] };
  };
