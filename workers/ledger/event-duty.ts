import { whenPublished } from '../../src/storage/event/publish.ts';
import { EventPump, type PumpParts } from '../../src/storage/event/event-pump.ts';
import { outboxLedgers } from '../../src/storage/event/outbox-ledgers.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { workerLimits } from '../limits.ts';
import { logOf } from '../../src/telemetry/log.ts';

/**
 * Moves events from the outboxes to the event log: at once after a quiet time, and under load once in `eventGapMs`, so that many events share a step. It also
 * looks from time to time, for events of other processes and after a failure. The returned function moves what waits, and ends the duty.
 */
export function startEventDuty(parts: PumpParts): () => void {
  const pump = new EventPump(parts);
  let hasFailed = false;
  let ranAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const run = (): void => {
    timer = undefined;
    ranAtMs = performance.now();
    const result = pump.step();
    const failed = typeof result === 'object';
    if (failed && !hasFailed) logOf('events').error(`events wait, because the event log cannot be written: ${sentenceOf(result)}`);
    if (!failed && hasFailed) logOf('events').warn('the event log is written again');
    hasFailed = failed;
    if (result === true) timer = setTimeout(run, 0);
  };
  const wake = (): void => {
    if (!hasFailed) timer ??= setTimeout(run, Math.max(0, ranAtMs + workerLimits.eventGapMs - performance.now()));
  };
  for (const key of outboxLedgers) whenPublished(parts.ledgers[key].ledger, wake);
  const looking = setInterval(() => (timer === undefined ? run() : undefined), workerLimits.eventLookMs);
  run();
  return () => {
    clearTimeout(timer);
    clearInterval(looking);
    let result = pump.step();
    while (result === true) result = pump.step();
    pump.close();
  };
}
