import type { RunningCluster } from '../../domain/cluster/cluster.ts';

/** Says which Temporal server the cluster uses, and why. */
export function serverLine({ temporalEmbedded, temporalAddress, temporalBecause, temporalPassedOver }: Omit<RunningCluster, 'config'>): string {
  const why = temporalBecause === undefined ? '' : ` (${temporalBecause})`;
  const over = temporalPassedOver === undefined ? '' : `\n${temporalPassedOver}`;
  return `Temporal: ${temporalEmbedded ? 'the own server' : 'the external server'} at ${temporalAddress}${why}${over}`;
}
