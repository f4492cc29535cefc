import { existsSync } from 'node:fs';
import { given } from '../../src/base/given.ts';
import type { LauncherLook, ProcessView } from '../../src/domain/cluster/status.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { isAlive } from '../../src/process/process-identity.ts';
import { liveRecords } from '../../src/process/process-record.ts';
import { readProcesses } from '../../src/service/cluster/read-processes.ts';
import { launcherLimits } from '../limits.ts';
import { launcherIdentity } from './launcher-state.ts';
import { askStatus } from './socket/ask-launcher.ts';

/**
 * Asks the launcher for its processes. Without a reply, the launcher's last record is compared with the processes that live, so that the record of a
 * launcher that is gone does not show the past as now.
 */
export async function lookAtLauncher(state: string): Promise<LauncherLook> {
  const asked = await askStatus(state, launcherLimits.lookMsMax);
  if (asked.type === 'answer') {
    const { processes, fileFailure } = asked.reply;
    return {
      launcher: 'replies',
      processes,
      ...given({ fileFailure: fileFailure === undefined ? undefined : `${fileFailure.file} (${fileFailure.error})` }),
    };
  }
  const processes = recorded(state);
  if (asked.type === 'silent') return { launcher: 'silent', processes };
  const { launcherIdentity: identity, launcherState } = statePaths(state);
  const wasStarted = existsSync(identity) || existsSync(launcherState) || launcherIdentity(state) !== undefined;
  return { launcher: wasStarted ? 'absent' : 'none', processes };
}

/** Returns the processes of the launcher's last record. A process that has ended is shown as stopped. */
function recorded(state: string): readonly ProcessView[] {
  try {
    const live = new Map(liveRecords(state).map((record) => [record.name, record]));
    return readProcesses(state).map((one) => {
      const record = live.get(one.name);
      return record !== undefined && isAlive(record) ? { ...one, pid: record.pid } : { ...one, state: 'stopped' };
    });
  } catch {
    return []; // The record cannot be read: nothing is known.
  }
}
