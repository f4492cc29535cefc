import { setTimeout as sleep } from 'node:timers/promises';
import { given } from '../../src/base/given.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { nextBackupInMs, type BackupConfig } from '../../src/domain/ledger/backup.ts';
import { listBackups, readLastRun } from '../../src/storage/backup/backup-folder.ts';
import { workerLimits } from '../limits.ts';
import type { BackupTask, runBackup } from './run-backup.ts';
import { startDuty, type DutyParts } from './start-duty.ts';
import { logOf } from '../../src/telemetry/log.ts';

/**
 * Makes a backup of the ledgers each `everyMs`, and the first one soon after the start when none is recent. The times come from the folder of backups,
 * so a restart of the worker neither repeats nor skips a backup. `docs/decisions/0010-backups.md` says why the duty is a timer here. A copy is made
 * in a thread, so that no claim waits for it. The returned function ends the duty and the thread.
 */
export function startBackupDuty(state: string, { everyMs, keep }: BackupConfig): () => Promise<void> {
  if (everyMs === undefined) return async () => {};
  const runOnce = async (run: DutyParts['run']): Promise<string | undefined> => {
    try {
      return ((await run({ state, keep } satisfies BackupTask)) as Awaited<ReturnType<typeof runBackup>>).failed;
    } catch (error) {
      return errorText(error); // The thread died, or a disk hangs.
    }
  };
  const duty = async ({ run, signal }: DutyParts): Promise<void> => {
    let madeMs: number | undefined;
    await sleep(workerLimits.firstBackupMs, undefined, { signal, ref: false });
    for (;;) {
      const ownAgeMs = madeMs === undefined ? undefined : performance.now() - madeMs;
      const times = { ...timesOf(state), ...given({ ownAgeMs }) };
      const waitMs = nextBackupInMs({ ...times, everyMs, retryMs: workerLimits.backupRetryMs }, Date.now());
      // The wait is looked at again now and then, because the clock may be set and a person may make a backup meanwhile.
      await sleep(Math.min(waitMs, workerLimits.backupLookMs), undefined, { signal, ref: false });
      if (waitMs > workerLimits.backupLookMs) continue;
      const failed = await runOnce(run);
      if (failed === undefined) madeMs = performance.now();
      if (failed !== undefined && !signal.aborted) {
        logOf('backup').error(`the backup of the ledgers failed: ${failed}`);
        await sleep(workerLimits.backupRetryMs, undefined, { signal, ref: false });
      }
    }
  };
  return startDuty({ state, duty: 'backup', script: new URL('./run-backup.js', import.meta.url), name: 'runBackup' }, duty);
}

/** Returns no times when the folder of backups cannot be read. The next run then fails and says why. */
function timesOf(state: string): { readonly newestAtMs?: number; readonly failedAtMs?: number } {
  try {
    const lastRun = readLastRun(state);
    return given({ newestAtMs: listBackups(state)[0]?.atMs, failedAtMs: lastRun?.type === 'failed' ? lastRun.atMs : undefined });
  } catch {
    return {};
  }
}
