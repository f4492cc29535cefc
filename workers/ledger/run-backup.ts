/** This module runs in the thread that `backup-duty.ts` starts. */
import { errorText } from '../../src/domain/failure/error.ts';
import { backUpLedgers } from '../../src/storage/backup/back-up-ledgers.ts';

export interface BackupTask {
  readonly state: string;
  readonly keep: number;
}

/** Makes one backup. Returns why it failed, as text, because an error object would lose its code on the way to the other thread. */
export async function runBackup(task: BackupTask): Promise<{ readonly failed?: string }> {
  try {
    await backUpLedgers(task);
    return {};
  } catch (error) {
    return { failed: errorText(error) };
  }
}
