import { secretRefused } from '../../src/domain/failure/secret-refused.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { refusedSecret, secretEnv } from '../../src/domain/item/secret.ts';
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
  const refused = refusedSecret(env, allowed);
  if (refused !== undefined) throw secretRefused('start', id, refused);
  return Object.fromEntries(Object.entries(secretEnv(env)).map(([variable, ref]) => [variable, readSecret(ref, variables)]));
}
