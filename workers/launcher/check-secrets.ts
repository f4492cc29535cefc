import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { secretsOf } from '../../src/domain/cluster/secrets-of.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import { readSecret } from '../../src/transport/read-secret.ts';

/** Refuses to start a cluster while a secret that its file names has no value. All missing secrets are named at once. */
export function checkSecrets(config: ClusterConfig, env: Readonly<Record<string, string | undefined>>): void {
  const faults = secretsOf(config).flatMap((ref) => {
    try {
      readSecret(ref, env);
      return [];
    } catch (error) {
      return [error instanceof RingmasterError ? error.message : errorText(error)];
    }
  });
  if (faults.length === 0) return;
  throw new RingmasterError('secret.missing', {
    cannot: `start cluster ${config.cluster}`,
    because: faults.join('; '),
    hint: { say: 'giving each secret its value, in the environment of the command that starts the cluster or in its file' },
    fields: { secrets: faults.length },
  });
}
