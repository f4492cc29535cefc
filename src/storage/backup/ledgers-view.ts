import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { given } from '../../base/given.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { errorText } from '../../domain/failure/error.ts';
import type { BackupConfig } from '../../domain/ledger/backup.ts';
import type { LedgerFileCheck, LedgersView } from '../../domain/ledger/ledger-view.ts';
import { quickCheck } from '../ledger/check-later.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { ledgerRegistry, type LedgerKey } from '../ledger/registry.ts';
import { backupPath, listBackups, readLastRun } from './backup-folder.ts';
import { inspectCopy } from './copy-ledger.ts';
import { readRestoring } from './restoring.ts';

/** Returns the ledgers and their backups. Only the folders and the manifests are read, no ledger is opened. */
export function ledgersView(state: string, config: BackupConfig, nowMs: number): LedgersView {
  const backups = listBackups(state);
  const paths = ledgerPaths(state);
  return {
    v: 1,
    readAtMs: nowMs,
    ledgers: (Object.keys(ledgerRegistry) as LedgerKey[]).map((ledger) => {
      const copies = backups.flatMap(({ id, atMs, files }) => files.filter((one) => one.ledger === ledger).map(({ bytes }) => ({ id, atMs, bytes })));
      const file = paths[ledger];
      return {
        ledger,
        name: ledgerRegistry[ledger].schema.name,
        file,
        bytes: sizeOf(file) + sizeOf(`${file}-wal`),
        backups: copies.length,
        ...given({ newest: copies[0] }),
      };
    }),
    folder: statePaths(state).backups,
    config,
    backups,
    ...given({ lastRun: readLastRun(state) }),
    restoring: readRestoring(state) !== undefined,
  };
}

/** Checks the ledgers of these keys, and with `backups` also every copy of them. Each file is read wholly. */
export async function checkLedgers(state: string, keys: readonly string[], withBackups: boolean): Promise<readonly LedgerFileCheck[]> {
  const checks: LedgerFileCheck[] = [];
  const paths = ledgerPaths(state);
  for (const ledger of Object.keys(paths) as LedgerKey[]) {
    if (!keys.includes(ledger)) continue;
    const file = paths[ledger];
    if (!existsSync(file)) {
      checks.push({ ledger, file, ok: true, detail: 'not made yet' });
      continue;
    }
    const found = await quickCheck(file);
    checks.push({ ledger, file, ok: found.type === 'sound', detail: found.type === 'sound' ? 'quick_check ok' : `${found.type}: ${found.report}` });
  }
  if (!withBackups) return checks;
  for (const { id, files } of listBackups(state)) {
    for (const copy of files.filter(({ ledger }) => keys.includes(ledger))) {
      const file = join(backupPath(state, id), copy.file);
      checks.push({ ledger: copy.ledger, file, backup: id, ...checkCopy(file, copy.sha256) });
    }
  }
  return checks;
}

function checkCopy(file: string, sha256: string): { readonly ok: boolean; readonly detail: string } {
  try {
    return inspectCopy(file).sha256 === sha256
      ? { ok: true, detail: 'quick_check ok, digest ok' }
      : { ok: false, detail: 'another digest than its manifest says' };
  } catch (error) {
    return { ok: false, detail: errorText(error) };
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
