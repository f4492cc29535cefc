import { clusterKey } from '../../src/domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { secretEnv, secretName } from '../../src/domain/item/secret.ts';
import { readSecret } from '../../src/transport/read-secret.ts';
import type { Home } from './home.ts';

/**
 * Returns the values of an item's secrets. An item may name only secrets that the cluster file names. Otherwise everyone who can add an item could
 * read any file and any variable of the gateway.
 */
export function resolveSecrets(
  { id, env }: Pick<WorkItemSpec, 'id' | 'env'>,
  { secrets: allowed, variables }: Pick<Home, 'secrets' | 'variables'>,
): Readonly<Record<string, string>> {
  const names = new Set(allowed.map(secretName));
  return Object.fromEntries(
    Object.entries(secretEnv(env)).map(([variable, ref]) => {
      if (names.has(secretName(ref))) return [variable, readSecret(ref, variables)];
      throw new RingmasterError('secret.not-allowed', {
        cannot: `start ${id}`,
        because: `its variable ${variable} names the secret ${secretName(ref)}, which the cluster file does not name (it names ${[...names].join(', ') || 'none'})`,
        hint: { say: `adding it to ${clusterKey('secrets')} in the cluster file, if items may use it` },
        fields: { item: id, variable },
      });
    }),
  );
}
