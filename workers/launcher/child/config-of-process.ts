import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../src/base/canonical-json.ts';
import type { ClusterConfig, RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { declaredDaemons } from '../../../src/domain/daemon/command.ts';
import { settledConfig } from '../../../src/domain/cluster/config-changes.ts';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';

/**
 * The parts of cluster.json that a process does not read. A change of these parts needs no restart of the process. A part that is not listed counts as read,
 * so a change of a new key restarts every worker.
 *
 * - The gateway needs only the names and the folders of pipelines. A turn gets its numbers from the entity `pipeline/<name>`.
 * - The gateway gets the process of a command daemon from the ledger.
 * - The ledger and control do not speak to nodes.
 */
const unread: Readonly<Record<string, readonly (keyof ClusterConfig)[]>> = {
  ledger: ['http', 'nodes', 'nodeLimits', 'sweepIntervalMs', 'watchIntervalMs', 'datasets', 'pipelines', 'retention'],
  gateway: ['http', 'backups', 'events', 'daemons'],
  control: ['nodeLimits', 'sweepIntervalMs', 'watchIntervalMs', 'datasets', 'backups', 'events'],
};

const numbersOfTurns = [
  'seed',
  'turns',
  'gamesPerTurn',
  'gamesPerItem',
  'windowTurns',
  'exploration',
  'quality',
  'feedback',
  'gate',
] as const satisfies readonly (keyof PipelineConfig)[];

/**
 * Returns a digest of what the process reads of cluster.json at its start. Two configurations with the same digest need no restart of the process. The
 * addresses of practice nodes follow from their ports and are left out, because `up` does not know them before the launcher has filled them in.
 */
export function configDigest(name: string, { config, temporalAddress, temporalEmbedded }: RunningCluster): string {
  const parts = Object.entries(settledConfig(config)).filter(([part]) => !(unread[name] ?? []).includes(part as keyof ClusterConfig));
  // The ledger gives the processes of command daemons out, and the nodes of a daemon follow from their labels.
  const declared = name === 'ledger' && config.daemons !== undefined ? { declared: declaredDaemons(config) } : {};
  const read = parts.map(([part, value]) => [part, part === 'pipelines' && name === 'gateway' ? config.pipelines.map(withoutNumbers) : value]);
  return createHash('sha256')
    .update(canonicalJson({ config: Object.fromEntries(read), temporalAddress, temporalEmbedded, ...declared }))
    .digest('hex');
}

const withoutNumbers = (pipeline: PipelineConfig): object =>
  Object.fromEntries(Object.entries(pipeline).filter(([key]) => !(numbersOfTurns as readonly string[]).includes(key)));
