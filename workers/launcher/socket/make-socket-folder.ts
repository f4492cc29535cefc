import { lstatSync, mkdirSync } from 'node:fs';
import { RingmasterError } from '../../../src/domain/failure/error.ts';

/** Makes the folder of a socket. When others can write to the folder above it, only a 0700 folder of our own is safe. */
export function makeSocketFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid)) return;
  throw new RingmasterError('config.invalid', {
    cannot: `put a socket into ${folder}`,
    because: 'that folder belongs to another user',
    hint: { say: 'a shorter state path, or removing the folder' },
    fields: { folder },
  });
}
