import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { type RetentionConfig, retentionOf } from '../../src/domain/cluster/retention.ts';

export interface ReadRetention {
  readonly retention: RetentionConfig;
  /** The key `windowTurns` of each pipeline of the cluster file. */
  readonly windowTurns: Readonly<Record<string, number>>;
  /** The nodes of the cluster file. */
  readonly nodes: readonly string[];
}

/** Reads what the running cluster keeps, and for how long. */
export function readRetention(state: string): ReadRetention {
  const { config } = requireRunningCluster(state);
  return {
    retention: retentionOf(config),
    windowTurns: Object.fromEntries(config.pipelines.map((pipeline) => [pipeline.name, pipeline.windowTurns])),
    nodes: config.nodes.map(({ id }) => id),
  };
}
