import { gnuTarWords } from '../../domain/failure/program-words.ts';
import { execFileSync } from 'node:child_process';
import { sharedRights } from './tree/modes.ts';

let isGnuTar: boolean | undefined;

/** Returns whether tar here is GNU tar. It packs the holes of a file, and unpacks them. */
export const isGnuTarHere = (): boolean => (isGnuTar ??= gnuTarWords.test(tarVersion()));

/**
 * Returns the words that pack a tree of this machine as a tar stream. GNU tar gives every entry the modes of a version, so that a folder without the
 * right to write can be unpacked. The tar of busybox cannot, and the node sets the modes in any case. With `packsHoles` a hole is not
 * sent, and the node must have GNU tar.
 */
export function packTree(from: string, packsHoles: boolean): readonly string[] {
  const options = isGnuTarHere() ? ['--hard-dereference', `--mode=${sharedRights.text}`] : [];
  return ['tar', '-C', from, ...options, ...(packsHoles ? ['--sparse'] : []), '-cf', '-', '.'];
}

function tarVersion(): string {
  try {
    return execFileSync('tar', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
