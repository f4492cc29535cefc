/** Writes the output files, then the manifest. The manifest is renamed into place, so it is either complete or absent. */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function writeOutputs(folder: string, files: Readonly<Record<string, Uint8Array>>, result: object): void {
  const listed = Object.entries(files).map(([path, bytes]) => {
    writeFileSync(join(folder, path), bytes);
    return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const manifest = join(folder, 'manifest.json');
  writeFileSync(`${manifest}.tmp`, JSON.stringify({ v: 1, files: listed, result }));
  renameSync(`${manifest}.tmp`, manifest);
}
