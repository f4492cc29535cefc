import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Replaces the text of a file in one step: writes a temporary file beside the file, then renames it. A reader sees the whole old text or the whole
 * new text. With `sync` the new text is on the disk before the rename, so that a power failure cannot leave an empty file. The folder must exist.
 */
export function replaceFile(file: string, text: string, { sync = false }: { readonly sync?: boolean } = {}): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(handle, text);
      if (sync) fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** Removes a half-written file. The folder may be on a disk that allows no change at all. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The first failure says why.
  }
}
