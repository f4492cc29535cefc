/**
 * `quick_check` of every ledger for `doctor`: answered at once from the last checks, which are made one after the other in a thread of their own.
 * Whoever asks first waits a little for them; a file too big for that is "being checked", and the next question has the answer.
 */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { quickCheck, type QuickCheck } from './check-later.ts';
import { ledgerPaths } from './ledger-paths.ts';

export interface LedgerCheck {
  readonly file: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface LedgerCheckOptions {
  readonly now?: () => number;
  readonly check?: (file: string) => Promise<QuickCheck>;
  /** Younger results are shown again: reading gigabytes for each of two questions would help nobody. */
  readonly freshMs?: number;
  /** Small files, as they are for weeks, are done by then. */
  readonly waitMs?: number;
}

interface Checked {
  readonly found: QuickCheck;
  readonly atMs: number;
  readonly tookMs: number;
}

/** Answers the function to ask. */
export function ledgerChecks(
  stateFolder: string,
  { now = Date.now, check = quickCheck, freshMs = 10_000, waitMs = 2_000 }: LedgerCheckOptions = {},
): () => Promise<readonly LedgerCheck[]> {
  const { blobs: _, ...files } = ledgerPaths(stateFolder);
  const known = new Map<string, Checked>();
  let round: Promise<void> | undefined;

  const checkAll = async (): Promise<void> => {
    for (const file of Object.values(files)) {
      const before = known.get(file);
      if (!existsSync(file) || (before !== undefined && now() - before.atMs < freshMs)) continue;
      const beganAtMs = now();
      const found = await check(file);
      known.set(file, { found, atMs: now(), tookMs: now() - beganAtMs });
    }
  };
  return async () => {
    round ??= checkAll().finally(() => (round = undefined));
    await Promise.race([round, new Promise((wake) => setTimeout(wake, waitMs).unref())]);
    return Object.values(files).map((file) => say(file, known.get(file), now()));
  };
}

/** Of a young ledger all but a page is in the write-ahead log. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function say(path: string, checked: Checked | undefined, nowMs: number): LedgerCheck {
  const file = basename(path);
  const size = sizeOf(path) + sizeOf(`${path}-wal`);
  if (size === 0) return { file, ok: true, detail: 'not made yet' };
  if (checked === undefined) return { file, ok: true, detail: `being checked (${size} bytes); ask again` };
  const { found, atMs, tookMs } = checked;
  const age = `${Math.round((nowMs - atMs) / 1_000)} s ago`;
  switch (found.type) {
    case 'sound':
      return { file, ok: true, detail: `quick_check ok, ${size} bytes in ${tookMs} ms, ${age}` };
    case 'damaged':
      return { file, ok: false, detail: `quick_check found damage ${age}: ${found.said.split('\n')[0]}` };
    case 'unread':
      return { file, ok: false, detail: `could not be checked ${age}: ${found.said}` };
  }
}
