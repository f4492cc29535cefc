import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { changeText } from '../../src/domain/cluster/config-changes.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import type { ConfigNews } from '../../src/service/launcher/config-news.ts';
import { spoolEvent } from '../../src/storage/event/event-spool.ts';
import { whoAmI } from '../../src/system/who-am-i.ts';
import { launcherLimits } from '../limits.ts';
import { comparableConfig } from './planned-cluster.ts';

/** Records that `up` takes a changed cluster file, with the first changes as `up` prints them, and the items that lose their last node by it. */
export function spoolConfig(planned: RunningCluster, { changes, unplaced }: Pick<ConfigNews, 'changes' | 'unplaced'>): void {
  const { config, configEpoch, source } = planned;
  const digest = createHash('sha256')
    .update(canonicalJson(comparableConfig(planned)))
    .digest('hex');
  const shown = changes.slice(0, launcherLimits.changesRecordedMax).map(changeText);
  const facts = { atMs: Date.now(), actor: whoAmI(process.env) };
  spoolEvent(config.state, 'CONFIG_UPDATED', { configEpoch, digest, changes: shown, count: changes.length, source }, facts);
  for (const { items: count, first, because } of unplaced) spoolEvent(config.state, 'WORK_UNPLACED', { count, items: first, because }, facts);
}
