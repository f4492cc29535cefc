/**
 * A tree carries files, executable files, symbolic links that stay inside the tree, and empty folders. A folder that is not empty has no entry of its own,
 * because the paths of its entries name it.
 */
export type TreeKind = 'file' | 'executable' | 'link' | 'folder';

export interface TreeEntry {
  /** The path below the tree, as a string of `file-name.ts`. */
  readonly path: string;
  readonly bytes: number;
  /** The checksum of a file. It is `noSum` for a link and for an empty folder. */
  readonly sha256: string;
  /** Default: `file`. */
  readonly kind?: TreeKind;
  /** The text of a link. */
  readonly target?: string;
}

/** Stands in place of a checksum. */
export const noSum = '0'.repeat(64);

/** Returns whether a path is relative and stays in its folder. */
export const isTreePath = (path: string): boolean => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** Returns the folders above some paths. */
export function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
