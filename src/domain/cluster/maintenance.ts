/** The duty of MAINTENANCE: what a run of the removal says of itself, and when the next run follows. */
import type { FailureRecord } from '../failure/record.ts';
import { sentenceOf } from '../failure/sentence.ts';
import type { DaemonHealth } from '../daemon/daemon.ts';
import type { Tidied, TidyPart } from './retention.ts';

/** The end of one part of a run. */
export type PartEnd =
  | { readonly part: TidyPart; readonly type: 'done'; readonly tidied: Tidied }
  | { readonly part: TidyPart; readonly type: 'failed'; readonly failure: FailureRecord };

/** The first run follows a start after this time. */
export const firstTidyMs = 60_000;
/** A run reads all open items, so it follows the one before after this time. */
const tidyEveryMs = 3_600_000;
/** A full disk or a locked ledger seldom ends sooner. */
const tidyAgainMs = 600_000;

const hasFailed = (end: PartEnd): end is Extract<PartEnd, { type: 'failed' }> => end.type === 'failed';

export const tidyRestMs = (ends: readonly PartEnd[]): number => (ends.some(hasFailed) ? tidyAgainMs : tidyEveryMs);

/** Returns the health of the daemon after a run with these ends. The first round after a start has none. */
export function maintenanceHealth(ends: readonly PartEnd[]): Omit<DaemonHealth, 'atMs'> {
  const failed = ends.filter(hasFailed);
  const done = ends.flatMap((end) => (end.type === 'done' ? [end.tidied] : []));
  const sum = (of: (tidied: Tidied) => number | undefined): number => done.reduce((all, tidied) => all + (of(tidied) ?? 0), 0);
  const details = {
    files: sum(({ removed }) => removed),
    bytes: sum(({ bytes }) => bytes),
    items: sum(({ items }) => items),
    games: sum(({ games }) => games),
  };
  const { files, bytes, items, games } = details;
  const removed = `the last run removed ${files} files (${bytes} bytes), ${items} closed items and ${games} games`;
  const kept = failed.map(({ part, failure }) => `${part} that nothing needs stay because of this failure: ${sentenceOf(failure)}`);
  const message = ends.length === 0 ? `the first run follows in ${firstTidyMs / 1_000} s` : [...kept, removed].join('; ');
  return { healthy: failed.length === 0, message, details };
}
