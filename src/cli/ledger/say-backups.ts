import type { LedgersView } from '../../domain/ledger/ledger-view.ts';
import { ago, plural } from '../../service/say.ts';

export interface BackupsSaid {
  readonly level: 'ok' | 'warn' | 'fault';
  readonly detail: string;
  readonly fix: string;
}

/** A backup counts as late after this many intervals. One interval is the usual age, and a run takes a moment. */
const intervalsMax = 2;

/** Returns the state of the backups in one line, for `ledger list` and `doctor`. */
export function sayBackups({ backups, config, lastRun, readAtMs, folder, restoring }: LedgersView): BackupsSaid {
  if (restoring) return { level: 'fault', detail: 'a restore was interrupted', fix: 'ringmaster ledger restore' };
  const [newest] = backups;
  const failed = lastRun?.type === 'failed' ? `; the run ${ago(readAtMs - lastRun.atMs)} ago failed: ${lastRun.because}` : '';
  const now = 'ringmaster ledger backup';
  if (newest === undefined) {
    if (failed !== '') return { level: 'fault', detail: `there is no backup${failed}`, fix: now };
    return config.everyMs === undefined
      ? { level: 'warn', detail: 'there is no backup, and the cluster file says `every: none`', fix: now }
      : { level: 'warn', detail: 'there is no backup yet; the first one is made soon after `up`', fix: now };
  }
  const ageMs = readAtMs - newest.atMs;
  const age = ageMs < 0 ? 'made in the future: the clock was set back' : `${ago(ageMs)} old`;
  const detail = `${plural(backups.length, 'backup')} in ${folder}; the newest is ${newest.id}, ${age}${failed}`;
  if (failed !== '') return { level: 'fault', detail, fix: now };
  if (config.everyMs !== undefined && ageMs > intervalsMax * config.everyMs) {
    return { level: 'warn', detail: `${detail}; one was due ${ago(ageMs - config.everyMs)} ago`, fix: now };
  }
  return { level: 'ok', detail, fix: now };
}
