import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { ProcessView } from '../../../src/domain/cluster/status.ts';
import type { ProcessRecord } from '../../../src/process/process-record.ts';
import { nextSilence, noSilence, type Silence } from '../../../src/process/silence.ts';
import { stopProcess } from '../../../src/process/stop-process.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { launcherLimits } from '../../limits.ts';
import { lookForBeat, type Look } from './look-for-beat.ts';
import type { ProcessEntry } from './process-table.ts';

export interface SilenceParts {
  readonly entry: ProcessEntry;
  readonly record: ProcessRecord;
  readonly running: RunningCluster;
  readonly log: Log;
  readonly isOver: () => boolean;
  /** Called when the child becomes silent, stays silent, or beats again. */
  readonly onSilence: (part: Pick<ProcessView, 'silentSeconds'>) => void;
}

/**
 * Kills a child that shows no sign of life for `silentMsMax`. A stopped process ignores TERM, so it gets no grace. Ends when `isOver` returns true.
 * The supervision notices the end of the child and starts it again.
 */
export async function endWhenSilent({ entry, record, running, log, isOver, onSilence }: SilenceParts): Promise<void> {
  const { beatLookMs } = launcherLimits;
  let silence: Silence = noSilence;
  let lookedMs = performance.now();
  let isShown = false;
  while (!isOver()) {
    // A launcher that ends need not wait for the next look.
    await sleep(beatLookMs, undefined, { ref: false });
    if (isOver()) return;
    const look = await lookForBeat(entry, running).catch((): Look => ({ type: 'unknown' }));
    const nowMs = performance.now();
    if (look.type === 'beat') silence = nextSilence(silence, look.beat, nowMs - lookedMs, 2 * beatLookMs);
    lookedMs = nowMs;
    if (isOver()) return;
    // One look without a beat is usual on a busy machine.
    const isSilent = silence.silentMs >= 2 * beatLookMs;
    if (isSilent || isShown) onSilence(isSilent ? { silentSeconds: Math.round(silence.silentMs / 1_000) } : {});
    isShown = isSilent;
    if (silence.silentMs < entry.silentMsMax) continue;
    log.error({ process: entry.name, pid: record.pid, silentSeconds: Math.round(silence.silentMs / 1_000) }, 'shows no sign of life; it is killed');
    await stopProcess(record, 0);
    silence = noSilence;
  }
}
