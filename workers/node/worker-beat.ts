import { readFileSync, writeFileSync } from 'node:fs';
import { workerLimits } from '../limits.ts';

/**
 * Writes the seconds since boot into the file `worker/beat` of the node's folder, from now on. `library/worker-silent.sh` reads it: a worker that hangs
 * stops to beat, counts as gone, and is started again. Returns a function that ends the beat.
 */
export function startWorkerBeat(): () => void {
  const beat = (): void => {
    try {
      const [uptime = ''] = readFileSync('/proc/uptime', 'utf8').split('.');
      writeFileSync('worker/beat', `${uptime}\n`);
    } catch {
      // A worker without a beat is not judged.
    }
  };
  beat();
  const timer = setInterval(beat, workerLimits.nodeBeatMs);
  timer.unref();
  return () => clearInterval(timer);
}
