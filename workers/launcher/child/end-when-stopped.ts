import { setTimeout as sleep } from 'node:timers/promises';
import { isStopped } from '../../../src/process/process-identity.ts';
import { nextStop } from '../../../src/process/silence.ts';
import { stopProcess } from '../../../src/process/stop-process.ts';
import { launcherLimits } from '../../limits.ts';
import type { SilenceParts } from './end-when-silent.ts';

/**
 * Kills a child that a signal has stopped (SIGSTOP) for `stoppedMsMax`. The kernel says that it is stopped, so no load of the machine can be the reason, and
 * the limit is far below that of a silence. Ends when `isOver` returns true. A practice sshd stands for another machine, and is left alone.
 */
export async function endWhenStopped({ entry, record, log, isOver, onSilence }: Omit<SilenceParts, 'running'>): Promise<void> {
  if (entry.beat === 'none') return;
  const { stopLookMs, stoppedMsMax } = launcherLimits;
  let stoppedMs = 0;
  let lookedMs = performance.now();
  while (!isOver()) {
    await sleep(stopLookMs, undefined, { ref: false });
    if (isOver()) return;
    const nowMs = performance.now();
    const before = stoppedMs;
    stoppedMs = nextStop(before, isStopped(record), nowMs - lookedMs, 2 * stopLookMs);
    lookedMs = nowMs;
    if (stoppedMs > 0 || before > 0) onSilence(stoppedMs > 0 ? { silentSeconds: Math.ceil(stoppedMs / 1_000) } : {});
    if (stoppedMs < stoppedMsMax) continue;
    log.error({ process: entry.name, pid: record.pid }, 'was stopped by a signal; it is killed');
    await stopProcess(record, 0);
    return;
  }
}
