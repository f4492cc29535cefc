import { isReady } from '../../src/process/ready-file.ts';
import { until } from '../../src/system/until.ts';
import { workerLimits } from '../limits.ts';

export interface AwaitedParts {
  readonly state: string;
  readonly processes: readonly string[];
  readonly say: (line: string) => void;
}

/**
 * Resolves when each of the processes is ready. Resolves after `limitMs` in any case: control must come back while another process cannot, because the
 * operators look at the cluster through control.
 */
export async function awaitProcesses({ state, processes, say }: AwaitedParts, limitMs: number = workerLimits.othersReadyMsMax): Promise<void> {
  const late = (): readonly string[] => processes.filter((name) => !isReady(state, name));
  if (await until(limitMs, () => late().length === 0)) return;
  say(`${late().join(' and ')} not ready after ${limitMs / 1_000} s; control goes on, and the work of the workflows waits`);
}
