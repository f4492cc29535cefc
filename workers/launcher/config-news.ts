import { chooseServer } from '../../src/domain/cluster/choose-server.ts';
import type { ClusterConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { configChanges } from '../../src/domain/cluster/config-changes.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import { ensureIdentity, readIdentity } from '../../src/config/cluster-identity.ts';
import { readRunningCluster } from '../../src/config/running-cluster.ts';
import { replacedWorkers } from '../../src/domain/node/worker-form.ts';
import type { ConfigNews } from '../../src/service/launcher/config-news.ts';
import { liveRecords } from '../../src/process/process-record.ts';
import { readStranded } from '../../src/storage/read/read-stranded.ts';
import { namedServer } from '../temporal-server/find-server.ts';
import { configDigest } from './child/config-of-process.ts';
import { isWorker } from './child/process-table.ts';
import { comparableConfig, plannedCluster, serverQuestion } from './planned-cluster.ts';

/** Returns what `up` will do about a changed file. Only processes that run can be restarted. */
export function newsOf(before: RunningCluster, planned: RunningCluster, state: string, owner: ClusterIdentity): ConfigNews {
  const live = liveRecords(state).map(({ name }) => name);
  return {
    changes: configChanges(comparableConfig(before), comparableConfig(planned)),
    restarts: live.filter((name) => isWorker(name) && configDigest(name, before) !== configDigest(name, planned)),
    workers: replacedWorkers(before, planned, owner),
    unplaced: readStranded(state, before.config.nodes, planned.config.nodes),
  };
}

/** Returns what `up` would do about this configuration, or undefined when `up` has never run with its state folder. Changes nothing. */
export function newsOfConfig(config: ClusterConfig, source: string, env = process.env): ConfigNews | undefined {
  const before = readRunningCluster(config.state);
  // A folder without an id was purged.
  if (before === undefined || readIdentity(config.state) === undefined) return undefined;
  const choice = chooseServer(serverQuestion(config, namedServer(env), before, false));
  return newsOf(before, plannedCluster(config, choice, source, before), config.state, ensureIdentity(config.state, config.cluster));
}
