import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Replaces the text of a file in one step: writes a temporary file beside the file, then renames it. A reader sees the whole old text or the whole
 * new text. With `sync` the new text is on the disk before the rename, so that a power failure cannot leave an empty file. The folder must exist.
 */
export function replaceFile(file: string, text: string, { sync = false }: { readonly sync?: boolean } = {}): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(handle, text);
    if (sync) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
