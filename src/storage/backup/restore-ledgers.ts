import { appendFileSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { given } from '../../base/given.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { BackupFile, BackupManifest } from '../../domain/ledger/backup.ts';
import type { RestoreReport } from '../../domain/ledger/ledger-view.ts';
import { restoredEpochFloor } from '../../domain/ledger/restored-epoch.ts';
import { spoolEvent } from '../event/event-spool.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { goesOnThroughRestore, ledgerRegistry, type LedgerKey } from '../ledger/registry.ts';
import { raiseEpochs } from '../queue/epoch-floor.ts';
import { backupPath, listBackups, syncPath, withBackupLock } from './backup-folder.ts';
import { inspectCopy } from './copy-ledger.ts';
import { knownEpochs } from './known-epochs.ts';
import { beginRestoring, endRestoring, readRestoring } from './restoring.ts';
import { whoAmI } from '../../system/who-am-i.ts';

export interface RestoreOptions {
  readonly state: string;
  /** The id of a backup. The default is the newest. */
  readonly from?: string;
  /** The ledgers to restore. The default is all ledgers of the backup but those that go on through a restore. */
  readonly only?: readonly LedgerKey[];
  readonly now?: () => number;
}

const allKeys = Object.keys(ledgerRegistry) as readonly LedgerKey[];
/** The files of an SQLite database. The write-ahead log of an old file must never lie beside a new file. */
const suffixes = ['-shm', '-wal', ''] as const;

/**
 * Replaces ledgers by their copies in a backup. No process may have the ledgers open: the caller makes sure that the cluster is down. The copies are
 * verified before anything changes. The files that are replaced are kept in `data/replaced/<time>`. The epochs of a restored queue are raised above
 * every epoch that can have been given out (`src/domain/ledger/restored-epoch.ts`). A restore that is killed blocks the ledgers until it is repeated.
 */
export async function restoreLedgers(options: RestoreOptions): Promise<RestoreReport> {
  const { state, now = Date.now } = options;
  return withBackupLock(state, () => {
    const interrupted = readRestoring(state);
    const backup = chosen(state, options.from, options.only);
    const sources = sourcesOf(state, backup);
    const inBackup = [...sources.keys()];
    const asked = new Set<string>([...(options.only ?? byDefault(state, inBackup)), ...(interrupted?.ledgers ?? [])]);
    const absent = [...asked].filter((key) => !inBackup.includes(key as LedgerKey));
    if (absent.length > 0) throw noBackup(`restore ${absent.join(', ')}`, `backup ${backup.id} has no copy of it`);
    const keys = inBackup.filter((key) => asked.has(key));
    const atMs = now();
    const folderName = new Date(atMs).toISOString().replaceAll(/[-:]/g, '').replace('.', '-');
    const folder = statePaths(state).replaced(folderName);
    const epochFloor = keys.includes('queue') ? floorFor(state, backup, atMs, interrupted?.replaced) : undefined;
    const ready = keys.map((key) => prepared(state, sources.get(key) ?? backup, key, epochFloor, atMs));
    beginRestoring(state, { backup: backup.id, ledgers: keys, replaced: folderName });
    syncPath(dirname(statePaths(state).restoring));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { file, temporary } of ready) swapIn(file, temporary, folder);
    const report: RestoreReport = {
      v: 1,
      atMs,
      backup: backup.id,
      backupAtMs: backup.atMs,
      ledgers: keys,
      replaced: folder,
      ...given({ epochFloor }),
      warnings: warningsFor(keys, inBackup),
    };
    appendFileSync(statePaths(state).restores, `${JSON.stringify(report)}\n`, { mode: 0o600 });
    syncPath(statePaths(state).restores);
    endRestoring(state);
    spoolEvent(state, 'LEDGERS_RESTORED', { backup: backup.id, ledgers: keys, replaced: folder }, { atMs, actor: whoAmI(process.env) });
    return report;
  });
}

/** Returns the ledgers that a restore replaces when it names none. A ledger that goes on through a restore is replaced only when its file is gone. */
const byDefault = (state: string, keys: readonly LedgerKey[]): readonly LedgerKey[] =>
  keys.filter((key) => !goesOnThroughRestore(key) || !existsSync(ledgerPaths(state)[key]));

const has = (backup: BackupManifest, key: LedgerKey): boolean => backup.files.some(({ ledger }) => ledger === key);

/** Returns the backup with this id. Without an id, returns the newest one, or the newest one with all of the named ledgers. */
function chosen(state: string, id: string | undefined, only: readonly LedgerKey[] = []): BackupManifest {
  const all = listBackups(state);
  const found = id === undefined ? (all.find((one) => only.every((key) => has(one, key))) ?? all[0]) : all.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw noBackup('restore the ledgers', id === undefined ? `there is no backup in ${statePaths(state).backups}` : `there is no backup ${id}`);
}

/** Returns the backup that each ledger comes from. A ledger that is not in each backup comes from the newest earlier one that has it. */
function sourcesOf(state: string, backup: BackupManifest): ReadonlyMap<LedgerKey, BackupManifest> {
  const earlier = listBackups(state).filter(({ number }) => number <= backup.number);
  const sourceOf = (key: LedgerKey): BackupManifest | undefined =>
    'copiedEveryMs' in ledgerRegistry[key] ? earlier.find((one) => has(one, key)) : has(backup, key) ? backup : undefined;
  return new Map(
    allKeys.flatMap((key) => {
      const source = sourceOf(key);
      return source === undefined ? [] : [[key, source] as const];
    }),
  );
}

const noBackup = (cannot: string, because: string): RingmasterError =>
  new RingmasterError('ledger.no-backup', { cannot, because, hint: { say: 'a backup that is there', run: 'ringmaster ledger list' } });

function floorFor(state: string, backup: BackupManifest, atMs: number, interrupted: string | undefined): number {
  const now = ledgerPaths(state);
  const copyOf = (key: LedgerKey): string => join(backupPath(state, backup.id), basename(now[key]));
  const before = (key: LedgerKey): readonly string[] => [
    now[key],
    ...(interrupted === undefined ? [] : [join(statePaths(state).replaced(interrupted), basename(now[key]))]),
  ];
  const known = knownEpochs({ state, copy: copyOf('queue'), queues: before('queue'), jobs: [copyOf('tasks'), ...before('tasks')] });
  return restoredEpochFloor({ ...known, backupAgeMs: atMs - backup.atMs });
}

/** Verifies the copy of a ledger and puts it beside the ledger, migrated to this release's schema. Changes nothing that is in use. */
function prepared(
  state: string,
  backup: BackupManifest,
  key: LedgerKey,
  epochFloor: number | undefined,
  atMs: number,
): { readonly file: string; readonly temporary: string } {
  const file = ledgerPaths(state)[key];
  const temporary = `${file}.restoring`;
  const copy = backup.files.find(({ ledger }) => ledger === key) as BackupFile;
  const from = join(backupPath(state, backup.id), copy.file);
  const found = existsSync(from) ? inspectCopy(from) : undefined;
  if (found?.sha256 !== copy.sha256) {
    throw new RingmasterError('ledger.corrupt', {
      cannot: `restore ${basename(file)}`,
      because: found === undefined ? `${from} is not there` : `${from} has another digest than its manifest says`,
      hint: { say: 'another backup; nothing was changed', run: 'ringmaster ledger check --backups' },
      fields: { file: from },
    });
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (const suffix of suffixes) rmSync(temporary + suffix, { force: true });
  copyFileSync(from, temporary);
  const ledger = openLedger(temporary, ledgerRegistry[key].schema, ledgerRegistry[key].limits);
  try {
    if (key === 'queue' && epochFloor !== undefined) raiseEpochs(ledger, epochFloor, atMs);
  } finally {
    ledger.close();
  }
  syncPath(temporary);
  return { file, temporary };
}

function swapIn(file: string, temporary: string, replaced: string): void {
  for (const suffix of suffixes) if (existsSync(file + suffix)) renameSync(file + suffix, join(replaced, basename(file) + suffix));
  renameSync(temporary, file);
  syncPath(replaced);
  syncPath(dirname(file));
}

const warningsFor = (keys: readonly LedgerKey[], inBackup: readonly LedgerKey[]): readonly string[] =>
  keys.every(goesOnThroughRestore) || inBackup.every((key) => goesOnThroughRestore(key) || keys.includes(key))
    ? []
    : [
        `only ${keys.join(', ')} is of the time of the backup; the other ledgers are newer, so an item can be pending whose games or ratings are recorded already. Repeated results change nothing.`,
      ];
