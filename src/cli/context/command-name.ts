import { realpathSync } from 'node:fs';
import { findPrograms, pathFolders } from '../../system/find-program.ts';

/**
 * Returns what a person types to run the command in this shell. That is `ringmaster` when PATH leads to the running script, and `bin/ringmaster`, the
 * path from the checkout, otherwise. Only the demo needs this, because npm starts the first run before the command is on PATH. Every other text says
 * `ringmaster`.
 */
export function commandName(script: string, path: string | undefined): 'ringmaster' | 'bin/ringmaster' {
  const [first] = findPrograms('ringmaster', pathFolders(path ?? ''));
  return first !== undefined && realpathSync(first) === realpathSync(script) ? 'ringmaster' : 'bin/ringmaster';
}
