import { readFileSync } from 'node:fs';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { SweptNodes } from '../../domain/node/swept-nodes.ts';
import { replaceFile } from '../../system/replace-file.ts';

/** Returns the sweep's observations, or undefined when there are none that can be read. */
export function readSwept(state: string): SweptNodes | undefined {
  try {
    const swept = JSON.parse(readFileSync(statePaths(state).sweptNodes, 'utf8')) as SweptNodes;
    return swept.v === 1 && Array.isArray(swept.views) && Array.isArray(swept.reported) ? swept : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the observations in one step. Returns false when they cannot be written, for example on a full disk. */
export function writeSwept(state: string, swept: SweptNodes): boolean {
  try {
    replaceFile(statePaths(state).sweptNodes, JSON.stringify(swept));
    return true;
  } catch {
    return false;
  }
}
