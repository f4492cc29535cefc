import type { DutyLook } from '../../domain/cluster/duty.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { logOf } from '../../telemetry/log.ts';

/** Records what a duty does. A record that cannot be written stops no duty. */
export function writeDuty(state: string, look: DutyLook): void {
  try {
    replaceFile(statePaths(state).duty(look.name), `${JSON.stringify(look)}\n`);
  } catch (error) {
    logOf('ledger').error(`cannot record the ${look.name}: ${String(error)}`);
  }
}
