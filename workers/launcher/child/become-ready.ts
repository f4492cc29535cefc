import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterIdentity } from '../../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { ProcessRecord } from '../../../src/process/process-record.ts';
import { readyPid } from '../../../src/process/ready-file.ts';
import { acceptsConnections } from '../../../src/system/port.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { launcherLimits } from '../../limits.ts';
import { prepareServer } from '../../temporal-server/prepare-server.ts';
import type { ProcessEntry } from './process-table.ts';

/**
 * Returns true when the process is ready, and false as soon as `isOver` returns true (the process ended, or the launcher stops). There is no time
 * limit here. `up` has a time limit of its own, and the launcher waits as long as the process lives.
 */
export async function becomeReady(
  { name, ready }: ProcessEntry,
  record: ProcessRecord,
  { running, owner }: { readonly running: RunningCluster; readonly owner: ClusterIdentity },
  isOver: () => boolean,
  log: Log,
): Promise<boolean> {
  switch (ready.type) {
    case 'file':
      return poll(isOver, async () => readyPid(running.config.state, name) === record.pid);
    case 'port':
      return poll(isOver, () => acceptsConnections(ready.port));
    case 'server':
      return (await poll(isOver, () => acceptsConnections(running.config.temporal.port))) && prepareServer(running, owner, isOver, log);
  }
}

async function poll(isOver: () => boolean, isReady: () => Promise<boolean>): Promise<boolean> {
  while (!isOver()) {
    if (await isReady()) return true;
    await sleep(launcherLimits.childReadyPollMs);
  }
  return false;
}
