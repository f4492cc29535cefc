import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

interface ReplaceOptions {
  readonly sync?: boolean;
  readonly keepRights?: boolean;
}

/**
 * Replaces the text of a file in one step: writes a temporary file beside the file, then renames it. A reader sees the whole old text or the whole
 * new text. With `sync` the new text is on the disk before the rename, so that a power failure cannot leave an empty file. The new file is private. With `keepRights` it has the
 * rights and the owner of the file before, which must be there. The folder must exist.
 */
export function replaceFile(file: string, text: string, { sync = false, keepRights = false }: ReplaceOptions = {}): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, keepRights ? 'wx' : 'w', 0o600);
    try {
      writeFileSync(handle, text);
      if (keepRights) giveRights(handle, file);
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

function giveRights(handle: number, file: string): void {
  const { mode, uid, gid } = statSync(file);
  if (process.getuid?.() === 0) fchownSync(handle, uid, gid);
  fchmodSync(handle, mode & 0o777);
}

/** Removes a half-written file. The folder may be on a disk that allows no change at all. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The first failure says why.
  }
}
