import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The words about an entry that was a file when its tree was listed. */
export const notAFile = 'is no longer a file';

/** Opens a file for reading. Fails at once when it is no regular file: a plain open would wait at a named pipe for ever. */
export async function openFile(place: string | Buffer): Promise<FileHandle> {
  const file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error(`${String(place)} ${notAFile}`);
}
