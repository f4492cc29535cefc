/** `<state>/run/cluster.json`: what every process of ours loads. Written by `up` and the launcher, by temporary name and rename. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunningCluster } from '../domain/cluster/cluster.ts';
import { RingmasterError } from '../domain/failure/failure.ts';

export const runningClusterFile = (state: string): string => join(state, 'run', 'cluster.json');

/** undefined when this state folder was never brought up. */
export function readRunningCluster(state: string): RunningCluster | undefined {
  const file = runningClusterFile(state);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, (error as Error).message, error);
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

/** For processes that cannot go on without it. */
export function requireRunningCluster(state: string): RunningCluster {
  const running = readRunningCluster(state);
  if (running !== undefined) return running;
  throw new RingmasterError('config.invalid', {
    cannot: `find a cluster in ${state}`,
    because: `${runningClusterFile(state)} is not there`,
    hint: 'ringmaster up',
    fields: { state },
  });
}

export function writeRunningCluster(running: RunningCluster): void {
  const file = runningClusterFile(running.config.state);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, JSON.stringify(running, null, 2) + '\n');
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

const unreadable = (file: string, because: string, cause?: unknown): RingmasterError =>
  new RingmasterError('config.invalid', { cannot: `read ${file}`, because, hint: 'removing it, then ringmaster up', fields: { file }, cause });
