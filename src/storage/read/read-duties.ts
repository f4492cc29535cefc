import { readFileSync } from 'node:fs';
import { type DutyLook, dutyNames } from '../../domain/cluster/duty.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';

/** Returns what each duty was seen to do last. Returns nothing for a duty that has not begun, or whose file cannot be read. */
export const readDuties = (state: string): readonly DutyLook[] =>
  dutyNames.flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(statePaths(state).duty(name), 'utf8')) as DutyLook];
    } catch {
      return [];
    }
  });
