import { keepConfig, keptConfig } from '../../src/config/kept-configs.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { changeText } from '../../src/domain/cluster/config-changes.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import type { ConfigNews } from '../../src/service/launcher/config-news.ts';
import { whoAmI } from '../../src/system/who-am-i.ts';
import { logOf } from '../../src/telemetry/log.ts';
import { launcherLimits } from '../limits.ts';

/** Keeps the cluster file that `up` takes, for `ringmaster config`. A disk that refuses it stops no start. */
export function keepPlanned({ config, configEpoch, source }: RunningCluster, text: string, news: ConfigNews | undefined): void {
  const kept = keptConfig(config.state, configEpoch);
  if (kept?.text === text && kept.source === source) return;
  const changes = (news?.changes ?? []).slice(0, launcherLimits.changesRecordedMax).map(changeText);
  try {
    // A file with the same configuration can have other comments, or another place.
    const first = kept ?? { v: 1, configEpoch, atMs: Date.now(), actor: whoAmI(process.env), changes };
    keepConfig(config.state, { ...first, source, text });
  } catch (error) {
    logOf('launcher').warn(`cannot keep configuration ${configEpoch}: ${errorText(error)}`);
  }
}
