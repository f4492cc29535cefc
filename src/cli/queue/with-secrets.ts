import { resolverFor } from '../../config/resolve-path.ts';
import { toEnv } from '../../config/to-env.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { secretRefused } from '../../domain/failure/secret-refused.ts';
import { refusedSecret } from '../../domain/item/secret.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';

/** Returns the items with absolute paths of secret files. A path is relative to the cluster file, as in the file itself. Refuses a secret that the file does not name. */
export const withSecrets = (specs: readonly WorkItemSpec[], { config, source }: Pick<RunningCluster, 'config' | 'source'>): readonly WorkItemSpec[] =>
  specs.map((spec) => {
    const env = toEnv(spec.env, resolverFor(source));
    const refused = refusedSecret(env, config.secrets ?? []);
    if (refused !== undefined) throw secretRefused('add', spec.id, refused);
    return { ...spec, env };
  });
