/**
 * Runs `quick_check` on every ledger, for `doctor`. A thread checks the files one after the other. The results are kept, so a later call returns them
 * at once. The first call waits a short time for the checks. A file whose check takes longer is reported as "being checked", and a later call returns
 * its result.
 */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quickCheck, type QuickCheck } from '../ledger/check-later.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { readLimits } from '../limits.ts';
import type { LedgerCheck } from '../../domain/cluster/status.ts';

export interface LedgerCheckOptions {
  readonly now?: () => number;
  readonly check?: (file: string) => Promise<QuickCheck>;
  readonly freshMs?: number;
  readonly waitMs?: number;
}

interface Checked {
  readonly found: QuickCheck;
  readonly atMs: number;
  readonly tookMs: number;
}

/** Returns a function that returns the check results of all ledgers. */
export function ledgerChecks(
  stateFolder: string,
  { now = Date.now, check = quickCheck, freshMs = readLimits.checkFreshMs, waitMs = readLimits.checkWaitMs }: LedgerCheckOptions = {},
): () => Promise<readonly LedgerCheck[]> {
  const files = Object.values(ledgerPaths(stateFolder));
  const known = new Map<string, Checked>();
  let round: Promise<void> | undefined;

  const checkAll = async (): Promise<void> => {
    for (const file of files) {
      const before = known.get(file);
      if (!existsSync(file) || (before !== undefined && Math.abs(now() - before.atMs) < freshMs)) continue;
      const beganAtMs = now();
      const found = await check(file);
      known.set(file, { found, atMs: now(), tookMs: now() - beganAtMs });
    }
  };
  return async () => {
    round ??= checkAll().finally(() => (round = undefined));
    await Promise.race([round, sleep(waitMs, undefined, { ref: false })]);
    return files.map((file) => checkOf(file, known.get(file), now()));
  };
}

/** Returns the size of a file, or 0 when the file does not exist. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function checkOf(path: string, checked: Checked | undefined, nowMs: number): LedgerCheck {
  const file = basename(path);
  // The size includes the write-ahead log, because the log contains nearly all of a new ledger.
  const size = sizeOf(path) + sizeOf(`${path}-wal`);
  if (size === 0) return { file, ok: true, detail: 'not made yet' };
  if (checked === undefined) return { file, ok: true, detail: `being checked (${size} bytes); ask again` };
  const { found, atMs, tookMs } = checked;
  const age = `${Math.round((nowMs - atMs) / 1_000)} s ago`;
  switch (found.type) {
    case 'sound':
      return { file, ok: true, detail: `quick_check ok, ${size} bytes in ${tookMs} ms, ${age}` };
    case 'damaged':
      return { file, ok: false, detail: `quick_check found damage ${age}: ${found.report.split('\n')[0]}` };
    case 'unread':
      return { file, ok: false, detail: `could not be checked ${age}: ${found.report}` };
  }
}
