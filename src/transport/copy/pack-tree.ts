import { gnuTarWords } from '../../domain/failure/program-words.ts';
import { execFileSync } from 'node:child_process';
import { sharedRights } from './tree/modes.ts';

let isGnuTar: boolean | undefined;

/**
 * Returns the words that pack a tree of this machine as a tar stream. GNU tar gives every entry the modes of a version, so that a folder without the
 * right to write can be unpacked. The tar of busybox cannot, and the node sets the modes in any case.
 */
export function packTree(from: string): readonly string[] {
  isGnuTar ??= gnuTarWords.test(tarVersion());
  return ['tar', '-C', from, ...(isGnuTar ? ['--hard-dereference', `--mode=${sharedRights.text}`] : []), '-cf', '-', '.'];
}

function tarVersion(): string {
  try {
    return execFileSync('tar', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
