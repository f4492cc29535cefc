import type { LedgerDependencies } from '../../activities/ledger/dependencies.ts';
import type { Tidied } from '../../src/domain/cluster/retention.ts';
import { openDutyThread } from './duty-thread.ts';
import type { TidyTask } from './run-tidy.ts';

/** Opens the thread in which MAINTENANCE removes what nothing needs any more. */
export function openTidyThread(state: string): { readonly tidy: LedgerDependencies['tidy']; readonly close: () => Promise<void> } {
  const { run, close } = openDutyThread({ state, duty: 'tidy', script: new URL('./run-tidy.js', import.meta.url), name: 'runTidy' });
  return { tidy: async (part, signal) => (await run({ state, part } satisfies TidyTask, signal)) as Tidied, close };
}
