import { readFileSync } from 'node:fs';
import { type LogLevels, readLevels } from '../domain/cluster/log-record.ts';

/** Returns the levels that an operator has set. Without a whole file there are none. */
export function levelsIn(file: string): LogLevels {
  try {
    return readLevels(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
