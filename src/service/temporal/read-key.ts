import { readFileSync } from 'node:fs';
import { type KeyRing, ringOf } from '../../contract/proof/key-ring.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { RingmasterError } from '../../domain/failure/error.ts';

type Keyed = {
  readonly config: Pick<RunningCluster['config'], 'state'> & { readonly temporal: Pick<RunningCluster['config']['temporal'], 'requireKey'> };
};

/** Returns the key of the cluster in hex, or undefined when the cluster asks for none. */
export function readKey({ config }: Keyed): string | undefined {
  if (config.temporal.requireKey !== true) return undefined;
  const file = statePaths(config.state).temporalKey;
  let because = 'it is not a key of 64 hex digits';
  try {
    const key = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f]{64}$/.test(key)) return key;
  } catch (error) {
    because = (error as Error).message;
  }
  throw new RingmasterError('config.require-key', {
    cannot: `read the key of the cluster, ${file}`,
    because,
    hint: {
      say: 'running as the user of the cluster, or restoring the file from a copy of the state folder; without the file, only a purge of the cluster is left',
    },
    fields: { file },
  });
}

/** Returns the keys of the cluster, or undefined when the cluster asks for none. */
export function keyRingOf(running: Keyed): KeyRing | undefined {
  const key = readKey(running);
  return key === undefined ? undefined : ringOf(key);
}
