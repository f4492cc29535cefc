/**
 * `<state>/run/cluster.json`: the configuration that every process of the cluster loads. `up` and the launcher write the file under a temporary name
 * and then rename it.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { RunningCluster } from '../domain/cluster/cluster.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { otherOwner, sayOtherOwner } from '../system/other-owner.ts';
import { replaceFile } from '../system/replace-file.ts';

/** Returns the running cluster's configuration, or undefined when `up` has never run with this state folder. */
export function readRunningCluster(state: string): RunningCluster | undefined {
  const file = statePaths(state).runningCluster;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const owner = otherOwner(state);
    throw owner === undefined ? unreadable(file, (error as Error).message, error) : ofOtherUser(state, owner);
  }
  let found: Partial<RunningCluster>;
  try {
    found = JSON.parse(text) as Partial<RunningCluster>;
  } catch (error) {
    throw unreadable(file, 'it is not JSON', error);
  }
  if (found.config?.v !== 1 || typeof found.configEpoch !== 'number' || typeof found.temporalAddress !== 'string') {
    throw unreadable(file, 'it was written by another version of Ringmaster');
  }
  return found as RunningCluster;
}

/** Returns the running cluster's configuration, and throws when there is none. Processes call this if they cannot work without the configuration. */
export function requireRunningCluster(state: string): RunningCluster {
  const running = readRunningCluster(state);
  if (running !== undefined) return running;
  throw new RingmasterError('config.invalid', {
    cannot: `find a cluster in ${state}`,
    because: `${statePaths(state).runningCluster} is not there`,
    hint: { run: 'ringmaster up' },
    fields: { state },
  });
}

export function writeRunningCluster(running: RunningCluster): void {
  const paths = statePaths(running.config.state);
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  replaceFile(paths.runningCluster, JSON.stringify(running, null, 2) + '\n', { sync: true });
}

const ofOtherUser = (state: string, owner: string): RingmasterError =>
  new RingmasterError('config.state-folder', {
    cannot: `use the state folder ${state}`,
    because: `it ${sayOtherOwner(owner)}`,
    hint: {
      say: `the same command as ${owner}, or a cluster of your own (\`ringmaster demo\`, or \`ringmaster up --file\` with another state folder)`,
    },
    fields: { state, owner },
  });

const unreadable = (file: string, because: string, cause?: unknown): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: `read ${file}`,
    because,
    hint: { say: 'removing it, then starting the cluster', run: 'ringmaster up' },
    fields: { file },
    cause,
  });
