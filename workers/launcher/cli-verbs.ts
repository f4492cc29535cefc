/**
 * What `bin/ringmaster` wires to its verbs `up` and `down` (src/cli may not import workers). Plain functions: data in, data out, RingmasterError.
 *
 *   up({ clusterFile, limitMs?, onProgress? })        → UpReport; `adopted` when a launcher ran already with this configuration
 *   up({ clusterFile, foreground: { log, onRunning } }) → UpReport when it was stopped (SIGINT, SIGTERM, `down`)
 *   down({ state, purge? })                           → DownReport; `found: false` when there is nothing. `stateFolderOf(clusterFile)` gives `state`
 *   launcherStatus(state)                             → LauncherStatus, or undefined without a launcher
 */
import { askStatus } from './ask-status.ts';
import type { LauncherStatus } from './launcher.ts';

export { stateFolderOf } from '../../src/config/state-folder.ts';
export { down, type DownOptions, type DownReport } from './down.ts';
export { up, type UpOptions, type UpReport } from './up.ts';
export type { LauncherStatus } from './launcher.ts';

export async function launcherStatus(state: string): Promise<LauncherStatus | undefined> {
  const asked = await askStatus(state);
  return asked.type === 'answer' ? asked.reply : undefined;
}
