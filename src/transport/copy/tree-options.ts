import type { Rights } from './tree/modes.ts';

/**
 * Returns the options for a tree. With `takeOver` rsync makes an unchanged file a hard link to the file in the current version. Without it rsync
 * reads every file. Times are compared to the nanosecond: otherwise rsync would skip a file that was written again within the same second and has the
 * same size as before. `partial` is the name of the folders in which rsync keeps the files that it was sending.
 */
export const treeOptions = (takeOver: boolean, partial: string, rights: Rights): readonly string[] => [
  '-rtp',
  `--chmod=ugo-s,o-t,${rights.text}`,
  '--modify-window=-1',
  `--partial-dir=${partial}`,
  takeOver ? '--link-dest=../current' : '--ignore-times',
];

/** Returns a name for the folders of partial files that no entry of the tree has. rsync would not send an entry of this name. */
export function partialName(paths: readonly string[]): string {
  const names = new Set(paths.flatMap((path) => path.split('/').filter((part) => part.startsWith('.partial'))));
  let name = '.partial';
  for (let k = 1; names.has(name); k += 1) name = `.partial-${k}`;
  return name;
}
