import { Connection } from '@temporalio/client';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { readBeat, touch } from '../../../src/process/beat-file.ts';
import { serverOptions } from '../../../src/service/temporal/server-target.ts';
import { launcherLimits } from '../../limits.ts';
import type { ProcessEntry } from './process-table.ts';

/** `beat`: the sign of life that was seen, if there is one. `unknown`: nothing can be seen at the moment, so the process is not blamed. */
export type Look = { readonly type: 'beat'; readonly beat: string | undefined } | { readonly type: 'unknown' };

/** Looks for a sign of life of a child, in the way that its row of the process table names. */
export async function lookForBeat(entry: ProcessEntry, running: RunningCluster): Promise<Look> {
  const { state } = running.config;
  switch (entry.beat) {
    case 'file':
      return canTouch(state) ? { type: 'beat', beat: readBeat(state, entry.name) } : { type: 'unknown' };
    case 'server':
      return { type: 'beat', beat: (await serverReplies(running)) ? newBeat() : silent };
    case 'none':
      return { type: 'unknown' };
  }
}

let beats = 0;
const newBeat = (): string => String((beats += 1));
/** Silence of a process that is always expected to beat. Two silences in a row are equal, so they count as no change. */
const silent = 'silent';

/** True when this process can touch its own file in the run folder. If it cannot, no worker can touch its file either. */
function canTouch(state: string): boolean {
  try {
    touch(statePaths(state).beat('launcher'));
    return true;
  } catch {
    return false;
  }
}

async function serverReplies(running: RunningCluster): Promise<boolean> {
  const connection = Connection.lazy(serverOptions(running));
  try {
    await connection.withDeadline(Date.now() + launcherLimits.serverReplyMsMax, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  } finally {
    await connection.close().catch(() => undefined);
  }
}
