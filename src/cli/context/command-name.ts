import { realpathSync } from 'node:fs';
import { findPrograms, pathFolders } from '../../system/find-program.ts';

/**
 * Returns how a person types the command in this shell: `ringmaster` when PATH leads to the script that runs, else `bin/ringmaster`, its path from
 * the checkout. Only the demo needs this: a first run is started by npm, before the command is on PATH. Every other text says `ringmaster`.
 */
export function commandName(script: string, path: string | undefined): 'ringmaster' | 'bin/ringmaster' {
  const [first] = findPrograms('ringmaster', pathFolders(path ?? ''));
  return first !== undefined && realpathSync(first) === realpathSync(script) ? 'ringmaster' : 'bin/ringmaster';
}
