import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/** Removes a folder and everything below it, also folders that their owner may not write to. A link is never followed. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    makeRemovable(Buffer.from(path));
    await rm(path, { recursive: true, force: true });
  }
}

/** Does the same, and returns when it is done. */
export function removeFolderSync(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    makeRemovable(Buffer.from(path));
    rmSync(path, { recursive: true, force: true });
  }
}

/** Names are bytes here, because a name need not be UTF-8. */
function makeRemovable(path: Buffer): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return;
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) makeRemovable(Buffer.concat([path, Buffer.from('/'), entry.name]));
  }
}
