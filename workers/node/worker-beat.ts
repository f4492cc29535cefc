import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { workerLimits } from '../limits.ts';

/**
 * Writes the seconds since boot into the file `worker/beat` of the node's folder, from now on. `library/worker-silent.sh` reads it: a worker that hangs
 * stops to beat, counts as gone, and is started again. With each beat the log is kept small. After `ready` was called, the file `worker/ready` says that the
 * worker takes calls; until then the node's calls go over SSH.
 */
export function startWorkerBeat(): { readonly ready: () => void; readonly stop: () => void } {
  let isReady = false;
  const beat = (): void => {
    try {
      const [uptime = ''] = readFileSync('/proc/uptime', 'utf8').split('.');
      writeFileSync('worker/beat', `${uptime}\n`);
      if (isReady && !existsSync('worker/ready')) writeFileSync('worker/ready', '');
      limitLog();
    } catch {
      // A worker without a beat is not judged.
    }
  };
  beat();
  const timer = setInterval(beat, workerLimits.nodeBeatMs);
  timer.unref();
  const ready = (): void => {
    isReady = true;
    beat();
  };
  return { ready, stop: () => clearInterval(timer) };
}

/** Moves the lines of a long log to `log.before`. The shell that started the worker appends to the log, so the log can be emptied in place. */
function limitLog(): void {
  const { size } = statSync('worker/log', { throwIfNoEntry: false }) ?? { size: 0 };
  if (size <= workerLimits.nodeLogBytesMax) return;
  copyFileSync('worker/log', 'worker/log.before');
  truncateSync('worker/log');
}
