import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';

/** Returns the identity of a cluster for a test. The id is the name, so that the processes of the test are found by it. */
export const ownerNamed = (name: string): ClusterIdentity => ({ id: name, name, says: `${name} (test)`, isUpgraded: false });
